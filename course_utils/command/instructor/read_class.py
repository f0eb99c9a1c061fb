"""Reads a class into one table: a verdict by learner and exercise."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from course_utils.command.instructor import verdicts as said
from course_utils.command.instructor.submissions import Notebook, Request, find_submissions
from course_utils.command.instructor.verdicts import Reading, Task, Verdict
from course_utils.command.project import HERE, Project

Reader = Callable[[Sequence[Notebook], Sequence[Task]], Iterable[tuple[Notebook, Reading]]]
UNTOUCHED = (said.NOT_STARTED, said.UNREADABLE)


@dataclass(frozen=True)
class Progress:
    """The table; of several notebooks with one exercise, the newest that was worked in counts."""

    tasks: Sequence[Task]  # of the lessons that somebody has handed in
    learners: Sequence[str]
    verdicts: Mapping[tuple[str, str], Verdict]  # by learner and exercise
    problems: Sequence[str]  # a sentence for each thing that the instructor has to know
    ids: Mapping[str, str]  # the learners' numbers, from a roster

    def of(self, task: Task) -> list[Verdict]:
        """Return all learners' verdicts on one exercise."""
        return [self.verdicts[learner, task.name] for learner in self.learners]

    def mistakes(self, task: Task) -> list[str]:
        """Name the mistake of each who has tried an exercise and is not there yet."""
        return [verdict.code for verdict in self.of(task) if verdict.status in said.MISSED]

    def next_of(self, learner: str) -> Task | None:
        """Return a learner's first exercise that is not correct."""
        tasks = (t for t in self.tasks if self.verdicts[learner, t.name].status != said.CORRECT)
        return next(tasks, None)


def read_class(request: Request, project: Project = HERE, read: Reader | None = None) -> Progress:
    """Read the notebooks in a folder: their outputs, by `--rerun`, or by what is given."""
    tasks = list(said.course_tasks(project))
    lessons = list(dict.fromkeys(task.lesson for task in tasks))
    found = find_submissions(request, lessons)
    notebooks = found.notebooks
    if request.learner:  # under such names `reset` has put a learner's earlier versions aside
        notebooks = [one for one in notebooks if "_mine_" not in one.file.parts[-1]]
    read = read or (_run_again(project) if request.again else _read_outputs)
    readings = list(read(notebooks, tasks))
    chosen = choose(readings)
    problems = [*found.problems, *_several(readings, tasks)]
    problems += (f"{one.file.place} {told.problem}." for one, told in readings if told.problem)
    learners = sorted({*found.without, *(who for who, _ in chosen)}, key=str.casefold)
    names = {name for _, name in chosen}
    shown = {task.lesson for task in tasks if request.learner or task.name in names}
    tasks = [task for task in tasks if task.lesson in shown]
    none = {(who, task.name): Verdict(said.NOT_HANDED_IN) for who in learners for task in tasks}
    ids = {person.name: person.id for person in request.roster.people}
    return Progress(tasks, learners, none | chosen, problems, ids)


def choose(read: Iterable[tuple[Notebook, Reading]]) -> dict[tuple[str, str], Verdict]:
    """Return the verdict that counts, by learner and exercise.

    A copy in which an exercise was not touched never counts before one in which it was; then
    the newest does.
    """
    best: dict[tuple[str, str], tuple[tuple, Verdict]] = {}
    for one, reading in read:
        for name, verdict in reading.verdicts.items():
            rank = verdict.status not in UNTOUCHED, verdict.status == said.UNREADABLE, *one.age
            place = one.learner, name
            if place not in best or rank > best[place][0]:
                best[place] = rank, verdict
    return {place: verdict for place, (_, verdict) in best.items()}


def _several(read: Iterable[tuple[Notebook, Reading]], tasks: Sequence[Task]) -> Iterator[str]:
    """Say in one line who has worked in two notebooks of one lesson."""
    counts: Counter[tuple[str, str]] = Counter()
    for one, reading in read:
        touched = {n for n, verdict in reading.verdicts.items() if verdict.status not in UNTOUCHED}
        counts.update({(one.learner, task.lesson) for task in tasks if task.name in touched})
    who = sorted({learner for (learner, _), count in counts.items() if count > 1})
    if who:
        yield f"More than one notebook of a lesson, the newest counts: {', '.join(who)}."


def _read_outputs(
    notebooks: Sequence[Notebook], tasks: Sequence[Task]
) -> Iterator[tuple[Notebook, Reading]]:
    return ((one, said.read_notebook(one.file, tasks)) for one in notebooks)


def _run_again(project: Project) -> Reader:
    from course_utils.command.instructor.rerun import Rerun

    return lambda notebooks, tasks: Rerun(tasks, project).each(notebooks)
