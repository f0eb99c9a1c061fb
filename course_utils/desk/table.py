"""The table exercise × learner, made of the notebooks in a folder."""

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from course_utils.desk.plain import for_spreadsheet
from course_utils.desk.submissions import Found, Submission, find_submissions
from course_utils.desk.tasks import Task
from course_utils.desk.verdicts import (
    CORRECT,
    NOT_CHECKED,
    NOT_HANDED_IN,
    UNREADABLE,
    Verdict,
    stored_verdicts,
)

CSV_COLUMNS = ("learner", "lesson", "exercise", "verdict", "code", "source", "note")

Rerun = Callable[[Submission, Task, Verdict], Verdict]
"""Gives the verdict on an answer that was executed anew, in place of the stored one."""


@dataclass(frozen=True)
class Progress:
    """The table: exercise × learner.

    Attributes:
        tasks: The exercises of the lessons that somebody has handed in, in the course's order.
        learners: In alphabetical order.
        verdicts: One for each learner and exercise, by the learner and the exercise's name.
        notebooks: How many were read.
        absent: Lessons that nobody has handed in.
        told: One sentence for each file that was left aside.
    """

    tasks: tuple[Task, ...]
    learners: tuple[str, ...]
    verdicts: Mapping[tuple[str, str], Verdict]
    notebooks: int
    absent: tuple[str, ...] = ()
    told: tuple[str, ...] = ()

    def of(self, task: Task) -> list[Verdict]:
        """Return all learners' verdicts on one exercise."""
        return [self.verdicts[learner, task.name] for learner in self.learners]

    def counts(self, task: Task) -> Counter[str]:
        """Count the learners by how they stand with one exercise."""
        return Counter(verdict.status for verdict in self.of(task))

    def missed(self, task: Task) -> int:
        """Count the learners who have tried an exercise and are not there yet."""
        return sum(verdict.is_missed for verdict in self.of(task))

    def mistakes(self, task: Task) -> list[tuple[str, int]]:
        """Count the mistakes made in one exercise by name, the most frequent first."""
        codes = (verdict.code for verdict in self.of(task) if verdict.is_missed and verdict.code)
        return sorted(Counter(codes).items(), key=lambda item: (-item[1], item[0]))

    def by_need(self) -> list[Task]:
        """Return the exercises, those that most learners miss first, else in the course's order."""
        return sorted(self.tasks, key=lambda task: -self.missed(task))


def read_progress(
    folder: Path,
    tasks: Iterable[Task],
    learner: str = "",
    rerun: Rerun | None = None,
    side_by_side: Callable = map,
) -> Progress:
    """Read the notebooks in a folder.

    Args:
        folder: Of a class or of a learner; see `course_utils.desk.submissions`.
        tasks: The exercises of the course.
        learner: Whose folder it is, where it is one learner's.
        rerun: Where stored outputs are not to be believed.
        side_by_side: As `map`; may call the function several times at once.
    """
    tasks = tuple(tasks)
    found = find_submissions(folder, tasks, learner)
    lessons = {submission.lesson for submission in found.submissions}
    shown = tuple(task for task in tasks if task.lesson in lessons or learner)
    verdicts = {
        (learner, task.name): Verdict(NOT_HANDED_IN) for learner in found.learners for task in shown
    }
    work = [
        (submission, [task for task in tasks if task.lesson == submission.lesson])
        for submission in found.submissions
    ]
    for one in side_by_side(lambda job: _verdicts(*job, rerun), work):
        verdicts |= one
    absent = tuple(dict.fromkeys(t.lesson for t in tasks if t not in shown)) if lessons else ()
    return _progress(found, shown, verdicts, absent)


def _progress(found: Found, tasks: tuple, verdicts: dict, absent: tuple) -> Progress:
    count = sum(submission.is_readable for submission in found.submissions)
    return Progress(tasks, tuple(found.learners), verdicts, count, absent, tuple(found.told))


def _verdicts(submission: Submission, tasks: list[Task], rerun: Rerun | None) -> dict:
    if not submission.is_readable:
        stored = {task.name: Verdict(UNREADABLE) for task in tasks}
    else:
        stored = stored_verdicts(submission.cells, tasks)
        if rerun:
            stored = {
                task.name: _compared(stored[task.name], rerun(submission, task, stored[task.name]))
                for task in tasks
            }
    return {(submission.learner, name): verdict for name, verdict in stored.items()}


def _compared(stored: Verdict, again: Verdict) -> Verdict:
    """The verdict of the rerun, with a note where the saved notebook says something else."""
    if stored.status == again.status or stored.status == NOT_CHECKED:
        return again
    note = f"saved output says {stored.status}, rerun says {again.status}"
    if stored.status == CORRECT:
        note += ": edited, or not run again"
    return replace(again, note="; ".join(filter(None, (note, again.note))))


def as_csv(progress: Progress) -> str:
    """Return the table with one line for each learner and exercise, safe for a spreadsheet."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    for learner in progress.learners:
        for task in progress.tasks:
            v = progress.verdicts[learner, task.name]
            row = (learner, task.lesson, task.name, v.status, v.code, v.source, v.note)
            writer.writerow(map(for_spreadsheet, row))
    return file.getvalue()
