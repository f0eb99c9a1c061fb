"""The tables of `progress`: one's own list, a class on the terminal, and as a gradebook."""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from course_utils.command.instructor import verdicts as said
from course_utils.command.instructor.names import read_table
from course_utils.command.instructor.read_class import Progress
from course_utils.command.instructor.verdicts import Task, Verdict
from course_utils.command.project import UserError, replace_bytes

MARKS = dict(zip(said.STATUSES, "+-!?x._", strict=True))
FORMULA = ("=", "+", "-", "@")  # what begins so, a spreadsheet takes for a formula
Points = Mapping[str, float]  # by exercise


def own_lines(progress: Progress) -> Iterator[str]:
    """One learner's list, lesson by lesson, and what comes next."""
    [learner] = progress.learners
    verdicts = {task: progress.verdicts[learner, task.name] for task in progress.tasks}
    lessons = Counter(task.lesson for task in verdicts)
    missing = Counter(task.lesson for task in verdicts if verdicts[task].status != said.CORRECT)
    for lesson, count in lessons.items():
        yield f"{lesson}: {count - missing[lesson]} of {count} correct"
        for task, verdict in verdicts.items():
            if task.lesson == lesson:
                code = f" ({printable(verdict.code)})" if verdict.code else ""
                yield f"  {verdict.status:20}  {task.title}{code}"
    yield ""
    task = progress.next_of(learner)
    if task is None:
        yield "Every exercise is correct."
        return
    yield f"Next: “{task.title}” in {task.lesson}: {verdicts[task].status}."
    if verdicts[task].status in said.MISSED:
        yield f"  {printable(verdicts[task].sentence)}"


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
        yield f"{counts}   {task.number} {task.name}{''.join(named)}"
    yield ""
    lessons = Counter(task.number for task in progress.tasks)
    yield " ".join(f"{lesson:{count}}" for lesson, count in lessons.items()) + "   learner"
    for learner in progress.learners:
        shown = dict.fromkeys(lessons, "")
        for task in progress.tasks:
            shown[task.number] += MARKS[progress.verdicts[learner, task.name].status]
        row = " ".join(f"{text:{len(lesson)}}" for lesson, text in shown.items())
        yield f"{row}   {printable(learner)}"


def write_gradebook(progress: Progress, file: Path, points: Points) -> None:
    """Write a row a learner and a column an exercise, with points if there are some.

    Excel takes a file for UTF-8 only if it begins with this encoding's mark.
    """
    text = io.StringIO(newline="")
    csv.writer(text).writerows([[_safe(cell) for cell in row] for row in _rows(progress, points)])
    check_writable(file)
    replace_bytes(file, text.getvalue().encode("utf-8-sig"))


def read_points(file: Path | None, tasks: Sequence[Task]) -> Points:
    """Read a table of exercises and their points; {} without a file.

    Raises:
        UserError: A line names no exercise of the course, or no number.
    """
    points: dict[str, float] = {}
    known = [task.name for task in tasks]
    for row in read_table(file) if file else []:
        try:
            name, number = (cell.strip() for cell in row[:2])
            points[known[known.index(name)]] = float(number.replace(",", "."))
        except ValueError:
            if row[0].strip().lower() == "exercise":
                continue  # the heads of the columns
            raise UserError(
                f"{file}: {','.join(row)!r} is no line such as {known[0]},2\n"
                f"The exercises are: {', '.join(known)}."
            ) from None
    return points


def check_writable(file: Path) -> None:
    """Raise `UserError` where a file cannot be written, and leave it as it is."""
    try:
        with file.open("ab"):
            pass
    except OSError as error:
        raise UserError(
            f"{file} cannot be written ({error.strerror}).\n"
            "Close it where it is open, or name another file after --csv."
        ) from error


def printable(text: str, longest: int = 200) -> str:
    """Return a text as one line without control characters, cut where it is too long."""
    line = " ".join(text[:longest].split())
    return "".join(letter if letter.isprintable() else "�" for letter in line)


def _rows(progress: Progress, points: Points) -> Iterator[list[object]]:
    tasks = [task for task in progress.tasks if not points or task.name in points]
    titles = [f"{task.number} {task.name}" for task in tasks]
    yield ["learner", "id", *titles, "points" if points else "correct", "notes"]
    for learner in progress.learners:
        found = {task.name: progress.verdicts[learner, task.name] for task in tasks}
        won = [name for name in found if found[name].status == said.CORRECT]
        cells: list[object] = list(map(_told, found.values()))
        if points:
            cells = [points[name] if name in won else 0 for name in found]
        total = sum(points[name] for name in won) if points else len(won)
        yield [learner, progress.ids.get(learner, ""), *cells, total, ""]
    for problem in progress.problems:
        yield ["", "", *[""] * len(tasks), "", problem]


def _told(verdict: Verdict) -> str:
    return f"{verdict.status}: {verdict.code}" if verdict.code else verdict.status


def _safe(cell: object) -> object:
    if not isinstance(cell, str):
        return cell
    text = printable(cell)
    return f"'{text}" if text.startswith(FORMULA) else text
