"""Who is stuck now (`progress --watch`), while a class works in a folder that is shared."""

import sys
import time
from collections.abc import Iterator, Sequence

from course_utils.command.instructor import verdicts as said
from course_utils.command.instructor.read_class import UNTOUCHED, Progress, Request, read_class
from course_utils.command.instructor.submissions import Notebook
from course_utils.command.instructor.tables import printable
from course_utils.command.instructor.verdicts import Reading, Task
from course_utils.command.project import HERE, Project

SECONDS = 5  # between two looks
CLEAR = "\x1b[2J\x1b[H"
HEAD = "no step   saved   correct"


def watch_class(request: Request, project: Project = HERE) -> int:
    """Show a class until Ctrl-C is pressed; return 0."""
    watch = Watch(request, project)
    try:
        while True:
            lines = watch.look(time.time())
            print(CLEAR * sys.stdout.isatty() + "\n".join([*lines, ""]), flush=True)
            time.sleep(SECONDS)
    except KeyboardInterrupt:
        print("\nNo longer watching.")
        return 0


class Watch:
    """Looks at a class again and again, and reads what was saved since the last time alone."""

    def __init__(self, request: Request, project: Project = HERE):
        self.request, self.project = request, project
        self.read: dict[str, tuple[float, Reading]] = {}  # when a file was saved, what it says
        self.newest: dict[str, Notebook] = {}
        self.steps: dict[str, tuple[object, float]] = {}  # by learner: where they stood, since when

    def look(self, now: float) -> list[str]:
        """Return a line for each learner, who has made no step for the longest time first."""
        self.newest = {}
        progress = read_class(self.request, self.project, self._read)
        told = [self._line(progress, learner, now) for learner in progress.learners]
        return [HEAD, *(line for _, line in sorted(told))]

    def _read(
        self, notebooks: Sequence[Notebook], tasks: Sequence[Task]
    ) -> Iterator[tuple[Notebook, Reading]]:
        for one in notebooks:
            place, saved = one.file.place, one.file.changed
            if self.read.get(place, (0,))[0] != saved:
                self.read[place] = saved, said.read_notebook(one.file, tasks)
            reading = self.read[place][1]
            statuses = {verdict.status for verdict in reading.verdicts.values()}
            newest = self.newest.get(one.learner)
            if statuses.difference(UNTOUCHED) and (not newest or saved > newest.file.changed):
                self.newest[one.learner] = one
            yield one, reading

    def _line(self, progress: Progress, learner: str, now: float) -> tuple[tuple, str]:
        """What sorts a learner's line, and the line."""
        verdicts = {task: progress.verdicts[learner, task.name] for task in progress.tasks}
        correct = [task for task in verdicts if verdicts[task].status == said.CORRECT]
        count = f"{len(correct)}/{len(verdicts)}"
        newest = self.newest.get(learner)
        if newest is None:
            line = f"{'-':>7} {'-':>7}   {count:>7}   {printable(learner)}: nothing done yet"
            return (1, 0.0, learner), line
        stands = {
            task.name: (verdict.status, verdict.code, verdict.answer)
            for task, verdict in verdicts.items()
            if verdict.status not in (*UNTOUCHED, said.NOT_HANDED_IN)
        }
        before = self.steps.get(learner, (None, 0.0))
        if before[0] != stands:
            self.steps[learner] = stands, newest.file.changed
        since = self.steps[learner][1]
        at = _exercise_at(progress, learner, self.read[newest.file.place][1])
        times = " ".join(f"{_minutes(now - then):>7}" for then in (since, newest.file.changed))
        line = f"{times}   {count:>7}   {printable(learner)}: {at}"
        return (int(len(correct) == len(verdicts)), since, learner), line


def _exercise_at(progress: Progress, learner: str, newest: Reading) -> str:
    """The last exercise of the newest notebook that was begun and is not right, else the next."""
    tasks = [task for task in progress.tasks if task.name in newest.verdicts]
    found = {task: newest.verdicts[task.name] for task in tasks}
    begun = [t for t in tasks if found[t].status in (*said.MISSED, said.NOT_CHECKED)]
    if begun:
        verdict = found[begun[-1]]
        code = f" ({printable(verdict.code, 30)})" if verdict.code else ""
        return f"{begun[-1].number} {begun[-1].name}, {verdict.status}{code}"
    task = next((t for t in tasks if found[t].status == said.NOT_STARTED), None)
    task = task or progress.next_of(learner)
    return f"{task.number} {task.name}, {said.NOT_STARTED}" if task else "all correct"


def _minutes(seconds: float) -> str:
    return f"{max(seconds, 0) // 60:.0f} min"
