"""Who is stuck now (`progress --watch`), while a class works in a folder that is shared."""

import sys
import time

from course_utils.command.instructor import verdicts as said
from course_utils.command.instructor.read_class import UNTOUCHED, Progress, Request, read_class
from course_utils.command.instructor.tables import printable
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
    """Looks at a class again and again, and remembers when each learner made a step."""

    def __init__(self, request: Request, project: Project = HERE):
        self.request, self.project = request, project
        self.steps: dict[str, tuple[object, float]] = {}  # by learner: where they stood, since when

    def look(self, now: float) -> list[str]:
        """Return a line for each learner, who has made no step for the longest time first."""
        progress = read_class(self.request, self.project)
        told = [self._line(progress, learner, now) for learner in progress.learners]
        return [HEAD, *(line for _, line in sorted(told))]

    def _line(self, progress: Progress, learner: str, now: float) -> tuple[tuple, str]:
        """What sorts a learner's line, and the line."""
        verdicts = {task: progress.verdicts[learner, task.name] for task in progress.tasks}
        correct = sum(verdict.status == said.CORRECT for verdict in verdicts.values())
        end = f"{correct:>5}/{len(verdicts)}   {printable(learner)}"
        if learner not in progress.saved:
            return (1, 0.0, learner), f"{'-':>7} {'-':>7}   {end}: nothing done yet"
        saved = progress.saved[learner]
        stands = {
            task.name: (verdict.status, verdict.code, verdict.answer)
            for task, verdict in verdicts.items()
            if verdict.status not in (*UNTOUCHED, said.NOT_HANDED_IN)
        }
        if self.steps.get(learner, (None, 0.0))[0] != stands:
            self.steps[learner] = stands, saved
        since = self.steps[learner][1]
        times = " ".join(f"{max(now - then, 0) // 60:>3.0f} min" for then in (since, saved))
        line = f"{times}   {end}: {_exercise_at(progress, learner)}"
        return (int(correct == len(verdicts)), since, learner), line


def _exercise_at(progress: Progress, learner: str) -> str:
    """The last exercise that was begun and is not right, else the next."""
    found = {task: progress.verdicts[learner, task.name] for task in progress.tasks}
    begun = [task for task in found if found[task].status in (*said.MISSED, said.NOT_CHECKED)]
    task = begun[-1] if begun else progress.next_of(learner)
    if task is None:
        return "all correct"
    code = f" ({printable(found[task].code, 30)})" if found[task].code else ""
    status = found[task].status.replace(said.NOT_HANDED_IN, said.NOT_STARTED)
    return f"{task.number} {task.name}, {status}{code}"
