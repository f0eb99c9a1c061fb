"""Shows who has solved what, from saved notebooks (`progress`); nothing is sent."""

from pathlib import Path

from course_utils.command.instructor import tables
from course_utils.command.instructor.names import Roster, read_roster
from course_utils.command.instructor.read_class import Progress, Request, read_class
from course_utils.command.instructor.submissions import require_class
from course_utils.command.instructor.verdicts import course_tasks
from course_utils.command.project import HERE, Project, UserError


def show_progress(
    folder: Path | None,
    table: Path | None = None,
    points: Path | None = None,
    roster: Path | None = None,
    feedback: Path | None = None,
    level: int = 0,
    again: bool = False,
    watch: bool = False,
    project: Project = HERE,
) -> int:
    """Print the table of a class or of a learner, and write what is asked for; return 0.

    What each option means, the command's own help says; without a folder, it is the working copy.
    """
    check_request("progress", folder, table, points, roster, feedback, project=project)
    people = read_roster(roster) if roster else Roster()
    request = Request(folder or project.workspace, "" if folder else "you", again, people, level)
    if watch:
        from course_utils.command.instructor.watch import watch_class

        return watch_class(request, project)
    progress = read_class(request, project)
    _show(progress, request)
    if table:
        tables.write_gradebook(progress, table, tables.read_points(points, progress.tasks))
    if feedback:
        from course_utils.command.instructor.feedback_pages import write_pages

        write_pages(progress, feedback, project)
    return 0


def check_request(
    command: str,
    folder: Path | None,
    table: Path | None = None,
    points: Path | None = None,
    roster: Path | None = None,
    feedback: Path | None = None,
    project: Project = HERE,
    **others: object,
) -> None:
    """Refuse what cannot be read or written before anything is set up or run."""
    if folder is None and not project.workspace.is_dir():
        raise UserError(
            "There is no working copy yet: python3 -m course_utils start makes one.\n"
            "For a class, name the folder with its notebooks: progress FOLDER"
        )
    require_class(folder or project.workspace)
    if points and not table:
        raise UserError("--points is for the gradebook: add --csv FILE.")
    tables.read_points(points, list(course_tasks(project)) if points else [])
    if roster:
        read_roster(roster)
    if table:
        tables.check_writable(table)
    if feedback:
        from course_utils.command.instructor.output_folder import chosen_folder

        chosen_folder(str(feedback), "progress CLASS --feedback", project)


def _show(progress: Progress, request: Request) -> None:
    describe = tables.own_lines if len(progress.learners) == 1 else tables.class_lines
    lines = describe(progress) if progress.learners else ()
    print("\n".join([*lines, "", *map(tables.printable, progress.problems)]).strip())
    if not progress.learners:
        raise UserError(f"There is no notebook of the course in {request.folder.name}.")
