"""Shows who has solved what, from saved notebooks (`progress`); nothing is stored or sent."""

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from course_utils.command.instructor import verdicts as said
from course_utils.command.instructor.submissions import find_submissions
from course_utils.command.instructor.verdicts import Reading, Task, Verdict
from course_utils.command.project import HERE, Project, UserError

MARKS = dict(zip(said.STATUSES, "+-!?x._", strict=True))
COLUMNS = ("learner", "lesson", "exercise", "verdict", "code", "sentence")
FORMULA = ("=", "+", "-", "@")  # what begins so, a spreadsheet takes for a formula


@dataclass(frozen=True)
class Progress:
    """The table: a verdict by learner and exercise; of several notebooks with one, the best."""

    tasks: Sequence[Task]  # of the lessons that somebody has handed in
    learners: Sequence[str]
    verdicts: dict[tuple[str, str], Verdict]
    problems: Sequence[str]  # a sentence for each file that could not be read

    def of(self, task: Task) -> list[Verdict]:
        """Return all learners' verdicts on one exercise."""
        return [self.verdicts[learner, task.name] for learner in self.learners]

    def mistakes(self, task: Task) -> list[str]:
        """Name the mistake of each who has tried an exercise and is not there yet."""
        return [verdict.code for verdict in self.of(task) if verdict.status in said.MISSED]


def show_progress(
    folder: Path | None, table: Path | None = None, again: bool = False, project: Project = HERE
) -> int:
    """Print the table of a folder, and write it to a file where asked; return the exit code.

    Args:
        folder: Of a class or of a learner; if None, the learner's own working copy.
        table: Where the table goes as CSV, a line for each learner and exercise.
        again: Whether to execute the answers instead of believing saved outputs.
        project: The checkout.
    """
    top = folder or project.workspace
    if folder is None and not top.is_dir():
        raise UserError(
            "There is no working copy yet: python3 -m course_utils start makes one.\n"
            "For a class, name the folder with its notebooks: progress FOLDER"
        )
    if table:  # before minutes of work, not after them
        _open_table(table, "a").close()
    progress = read_progress(top, "" if folder else "you", again, project)
    describe = own_lines if len(progress.learners) == 1 else class_lines
    lines = describe(progress) if progress.learners else ()
    print("\n".join([*lines, "", *map(printable, progress.problems)]).strip())
    if not progress.learners:
        raise UserError(f"There is no notebook of the course in {top.name}.")
    if table:
        with _open_table(table, "w") as file:
            csv.writer(file).writerows([COLUMNS, *table_rows(progress)])
    return 0


def read_progress(
    folder: Path, you: str = "", again: bool = False, project: Project = HERE
) -> Progress:
    """Read the notebooks in a folder; `you` is whose they all are, if that is known."""
    tasks = list(said.course_tasks(project))
    found = find_submissions(folder, list(dict.fromkeys(task.lesson for task in tasks)), you)
    # Under such names `reset` has put a learner's earlier versions aside.
    paths = [path for path in found.owners if not you or "_mine_" not in path.stem]
    verdicts: dict[tuple[str, str], Verdict] = {}
    problems = list(found.problems)
    for reading in _readings(paths, tasks, again, project):
        if reading.problem:
            problems.append(f"{reading.path.relative_to(folder).as_posix()} {reading.problem}.")
        for name, verdict in reading.verdicts.items():
            place = found.owners[reading.path], name
            both = verdicts.get(place, verdict), verdict
            verdicts[place] = min(both, key=lambda one: said.STATUSES.index(one.status))
    learners = sorted(found.without.union(who for who, _ in verdicts), key=str.casefold)
    names = {name for _, name in verdicts}
    lessons = {task.lesson for task in tasks if you or task.name in names}
    shown = [task for task in tasks if task.lesson in lessons]
    none = {(who, task.name): Verdict(said.NOT_HANDED_IN) for who in learners for task in shown}
    return Progress(shown, learners, none | verdicts, problems)


def own_lines(progress: Progress) -> Iterator[str]:
    """One learner's list, lesson by lesson, and what comes next."""
    verdicts = {task: progress.of(task)[0] for task in progress.tasks}
    missing = [task for task in verdicts if verdicts[task].status != said.CORRECT]
    lessons = Counter(task.lesson for task in verdicts)
    for lesson, count in lessons.items():
        open_ones = sum(task.lesson == lesson for task in missing)
        yield f"{lesson}: {count - open_ones} of {count} correct"
        for task, verdict in verdicts.items():
            if task.lesson == lesson:
                code = f" ({printable(verdict.code)})" if verdict.code else ""
                yield f"  {verdict.status:20}  {task.title}{code}"
    yield ""
    if not missing:
        yield "Every exercise is correct."
        return
    task, verdict = missing[0], verdicts[missing[0]]
    yield f"Next: “{task.title}” in {task.lesson}: {verdict.status}."
    if verdict.status in said.MISSED:
        yield f"  {printable(verdict.sentence)}"


def class_lines(progress: Progress) -> Iterator[str]:
    """A class's table: counts by exercise, what most learners miss first; then each learner.

    Names and codes, which may be of any width, stand last in their lines.
    """
    used = {verdict.status for verdict in progress.verdicts.values()}
    marks = {status: mark for status, mark in MARKS.items() if status in used}
    yield ",  ".join(f"{mark} {status}" for status, mark in marks.items())
    yield ""
    yield "".join(f"{mark:>4}" for mark in marks.values()) + "   learners, by exercise"
    for task in sorted(progress.tasks, key=lambda task: -len(progress.mistakes(task))):
        statuses = Counter(verdict.status for verdict in progress.of(task))
        counts = "".join(f"{statuses[status]:4}" for status in marks)
        most = Counter(filter(None, progress.mistakes(task))).most_common(2)
        named = (f"   {count}× {printable(code, 30)}" for code, count in most)
        yield f"{counts}   {_number(task)} {task.name}{''.join(named)}"
    yield ""
    lessons = Counter(_number(task) for task in progress.tasks)
    yield " ".join(f"{lesson:{count}}" for lesson, count in lessons.items()) + "   learner"
    for learner in progress.learners:
        shown = dict.fromkeys(lessons, "")
        for task in progress.tasks:
            shown[_number(task)] += MARKS[progress.verdicts[learner, task.name].status]
        row = " ".join(f"{text:{len(lesson)}}" for lesson, text in shown.items())
        yield f"{row}   {printable(learner)}"


def table_rows(progress: Progress) -> Iterator[list[str]]:
    """The table with a row for each learner and exercise, and for each problem."""
    for learner in progress.learners:
        for task in progress.tasks:
            v = progress.verdicts[learner, task.name]
            row = (learner, task.lesson, task.name, v.status, v.code, v.sentence)
            yield [f"'{cell}" if cell.startswith(FORMULA) else cell for cell in map(printable, row)]
    for problem in progress.problems:
        yield ["", "", "", "", "", printable(problem)]


def printable(text: str, longest: int = 200) -> str:
    """Return a text as one line without control characters, cut where it is too long."""
    line = " ".join(text[:longest].split())
    return "".join(letter if letter.isprintable() else "�" for letter in line)


def _readings(
    paths: Sequence[Path], tasks: Sequence[Task], again: bool, project: Project
) -> Iterator[Reading]:
    if not again:
        yield from (said.read_notebook(path, tasks) for path in paths)
        return
    from course_utils.command.instructor.rerun import Rerun

    for number, reading in enumerate(Rerun(tasks, project).each(paths), 1):
        told = [
            f"{n} {v.status}" for n, v in reading.verdicts.items() if v.status != said.NOT_STARTED
        ]
        says = reading.problem or ", ".join(told) or said.NOT_STARTED
        place = f"{reading.path.parent.name}/{reading.path.name}"
        print(f"{number} of {len(paths)}", printable(f"{place}: {says}"), flush=True)
        yield reading


def _open_table(path: Path, mode: str) -> IO[str]:
    try:  # Excel takes a file for UTF-8 only if it begins with this encoding's mark
        return path.open(mode, encoding="utf-8-sig", newline="")
    except OSError as error:
        raise UserError(
            f"{path} cannot be written ({error.strerror}).\n"
            "Close it where it is open, or name another file after --csv."
        ) from error


def _number(task: Task) -> str:
    return task.lesson.partition("_")[0]
