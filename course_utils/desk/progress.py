"""Shows who has solved what, from saved notebooks (`progress`).

The notebooks are the record; nothing is stored or sent. Without `--rerun`, what their outputs say
is believed, and an output can be edited; see `course_utils.desk.rerun`.
"""

import shutil
import sys
from pathlib import Path

from course_utils.command.project import HERE, replace_bytes, replace_text
from course_utils.command.project import Project as Places
from course_utils.command.project import UserError as Trouble
from course_utils.desk.plain import plain
from course_utils.desk.report import class_report, own_report
from course_utils.desk.table import Progress, as_csv, read_progress
from course_utils.desk.tasks import course_tasks

YOU = "you"
FORMATS = (".svg", ".png")


def show_progress(
    folder: Path | None = None,
    csv: Path | None = None,
    picture: Path | None = None,
    rerun: bool = False,
    places: Places = HERE,
) -> int:
    """Print the table of a folder, and write it to files where asked; return the exit code.

    Args:
        folder: Of a class or of a learner; without one, the learner's own working copy.
        csv: Where the table goes, a line for each learner and exercise.
        picture: Where a picture of it goes; SVG or PNG by the name's ending.
        rerun: Whether to execute every answer anew.
        places: The checkout.
    """
    if picture and picture.suffix.lower() not in FORMATS:
        raise Trouble(f"A picture's name ends in .svg or .png, not as {picture.name!r} does.")
    if folder is None and not places.workspace.is_dir():
        raise Trouble(
            "There is no working copy yet: python3 -m course_utils start makes one.\n"
            "For a class, name the folder with its notebooks: progress FOLDER"
        )
    progress = _read(folder, rerun, places)
    if not progress.notebooks and not progress.told:
        raise Trouble(f"There is no notebook of the course in {(folder or places.workspace).name}.")
    width = shutil.get_terminal_size((100, 24)).columns
    alone = len(progress.learners) == 1 and progress.tasks
    print(own_report(progress, width) if alone else class_report(progress, width))
    if csv:
        replace_text(csv, as_csv(progress))
    if picture:
        replace_bytes(picture, drawn(progress, picture.suffix.lower()))
    return 0


def _read(folder: Path | None, rerun: bool, places: Places) -> Progress:
    tasks = course_tasks(places)
    given = (folder or places.workspace, tasks, "" if folder else YOU)
    if not rerun:
        return read_progress(*given)
    from course_utils.desk.rerun import Rerun

    print("Executing every answer anew: about a minute for 200 notebooks.", file=sys.stderr)
    with Rerun(tasks).running() as again:
        return read_progress(*given, again, again.side_by_side)


def drawn(progress: Progress, kind: str) -> bytes:
    """Return a picture of the table as the bytes of a `.svg` or a `.png` file.

    Raises:
        Trouble: There is nothing to draw.
    """
    if not progress.tasks or not progress.learners:
        raise Trouble("Nobody has handed in anything, so there is no picture to draw.")
    from course_utils.figures.progress import Row, as_file, plot_progress

    rows = [
        Row(
            f"{task.lesson.partition('_')[0]}  {task.title.replace('`', '')}",
            tuple(verdict.status for verdict in progress.of(task)),
            tuple(verdict.code for verdict in progress.of(task)),
        )
        for task in progress.by_need()
    ]
    learners = [plain(learner, 24) for learner in progress.learners]
    return as_file(plot_progress(rows, learners), kind)
