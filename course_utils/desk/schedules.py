"""Plans of a workshop: which sections, in which order, with breaks; the minutes are measured."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from course_utils.command.project import UserError as Trouble
from course_utils.desk.pace import Pace, Task, exercises, sections, whole

AFTERWARDS = ("In practice", "Further reading")  # of every lesson: to read at home


@dataclass(frozen=True)
class Stop:
    """Sections of one lesson, taught in one go; it ends where a section ends.

    Attributes:
        lesson: Its number, `01`.
        only: The sections' headings; none means all of the lesson's.
        but: Sections that are left out.
        exercises: Those done in class, by name; the others are for at home.
    """

    lesson: str
    only: tuple[str, ...] = ()
    but: tuple[str, ...] = ()
    exercises: tuple[str, ...] = ()


@dataclass(frozen=True)
class Pause:
    """Minutes in which nothing new is taught."""

    title: str
    minutes: int


@dataclass(frozen=True)
class Plan:
    """One session.

    Attributes:
        starts: Hour and minute.
        items: In their order.
        cuts: Lesson and section, the first to leave out first.
    """

    starts: tuple[int, int]
    items: tuple[Stop | Pause, ...]
    cuts: tuple[tuple[str, str], ...]


ARRIVE = Pause("Everyone's environment: the line of `check` begins with *ok*", 10)
BREAK = Pause("**Break**", 15)
SURVEY = Pause("The four questions; what to read next", 5)

HALF_DAY = Plan(
    (9, 0),
    (
        ARRIVE,
        Stop("00", exercises=("ink",)),
        Stop(
            "01",
            only=(
                "Read a network as a list of shapes",
                "Write the network",
                "What `print` cannot know",
                "The picture, drawn from the network",
                "Why 16 · 5 · 5",
                "What a convolution computes",
                "An image that does not fit",
            ),
            exercises=("conv_size",),
        ),
        Stop(
            "02",
            only=("Ten tensors", "Count them", "Where the numbers are"),
            exercises=("count_layer",),
        ),
        BREAK,
        Stop(
            "03",
            only=(
                'One number for "how wrong"',
                "Squared errors by hand",
                "The shape trap",
                "A loss for digits",
                "What knowing nothing costs",
                "Push a score",
                "Softmax twice",
            ),
            exercises=("match_target",),
        ),
        Stop(
            "04",
            only=(
                "Forward leaves a trail",
                "The chain rule on one neuron",
                "Before and after",
                "Call it twice",
            ),
            exercises=("neuron_gradient",),
        ),
        BREAK,
        Stop(
            "05",
            only=(
                "One weight",
                "All weights",
                "The same by an optimizer",
                "The five lines of a step",
                "How large a step",
            ),
            exercises=("sgd_step", "step_order"),
        ),
        Stop(
            "06",
            only=(
                "Keep some digits back",
                "Batches, shuffled",
                "Measure without learning",
                "The loop",
                "What it gets wrong",
                "The first limit: a shift",
                "The second limit: your hand",
            ),
            exercises=("accuracy",),
        ),
        SURVEY,
    ),
    (
        ("01", "What a convolution computes"),
        ("03", "Softmax twice"),
        ("04", "Call it twice"),
        ("02", "Where the numbers are"),
    ),
)

FIRST_EVENING = Plan(
    (18, 0),
    (
        ARRIVE,
        Stop("00", exercises=("ink",)),
        Stop(
            "01",
            but=("LeNet then and now",),
            exercises=("conv_size", "fc1_features", "call_or_forward"),
        ),
        BREAK,
        Stop(
            "02",
            but=("What the vector means", "A copy by name"),
            exercises=("count_layer", "register"),
        ),
        BREAK,
        Stop(
            "03",
            but=("The smallest network", "The loss along one weight"),
            exercises=("mse", "match_target", "which_loss"),
        ),
    ),
    (
        ("01", "ReLU: a function or a module?"),
        ("02", "How they begin"),
        ("03", "Large scores"),
    ),
)

SECOND_EVENING = Plan(
    (18, 0),
    (
        Stop(
            "04",
            but=("A graph serves once", "Gradients that fade"),
            exercises=("neuron_gradient", "graph_built_when"),
        ),
        BREAK,
        Stop(
            "05",
            but=('Why "stochastic"', "None is not zero"),
            exercises=("sgd_step", "step_order", "largest_rate"),
        ),
        BREAK,
        Stop(
            "06",
            but=("A GPU, if there is one",),
            exercises=("accuracy", "train_epoch"),
        ),
        SURVEY,
    ),
    (
        ("05", "The race"),
        ("04", "Is it true?"),
        ("06", "A rate ten times smaller"),
    ),
)

PLANS = {
    "half-day": HALF_DAY,
    "first-evening": FIRST_EVENING,
    "second-evening": SECOND_EVENING,
}


def rows(plan: Plan, lessons: Mapping[str, dict]) -> Iterator[tuple[int, int, str]]:
    """Yield for each item when it starts, in minutes after midnight, how long it takes, and what.

    Raises:
        Trouble: The plan names a section or an exercise that its lesson does not have.
    """
    at = plan.starts[0] * 60 + plan.starts[1]
    for item in plan.items:
        minutes, text = _pause(item) if isinstance(item, Pause) else _stop(item, lessons)
        yield at, minutes, text
        at += minutes


def cuts(plan: Plan, lessons: Mapping[str, dict]) -> Iterator[tuple[str, str, int]]:
    """Yield lesson, section and the minutes gained by leaving it out, its exercises in class too.

    Raises:
        Trouble: The plan teaches no such section.
    """
    for number, title in plan.cuts:
        stop = next((item for item in _stops(plan) if item.lesson == number), None)
        taught = {part.title: part for part in _taught(stop, lessons[number])} if stop else {}
        if title not in taught:
            raise Trouble(f"The plan cuts “{title}” of lesson {number}, but does not teach it.")
        done = [task.minutes for task in _done(stop, lessons[number]) if task.section == title]
        yield number, title, whole(taught[title].reading + sum(done))


def _stops(plan: Plan) -> list[Stop]:
    return [item for item in plan.items if isinstance(item, Stop)]


def _pause(pause: Pause) -> tuple[int, str]:
    return pause.minutes, pause.title


def _stop(stop: Stop, lessons: Mapping[str, dict]) -> tuple[int, str]:
    notebook = lessons[stop.lesson]
    taught, done = _taught(stop, notebook), _done(stop, notebook)
    minutes = sum(part.reading for part in taught) + sum(task.minutes for task in done)
    return whole(minutes), _described(stop, taught, [task.heading for task in done])


def _done(stop: Stop, notebook: dict) -> list[Task]:
    """The exercises done in class."""
    known = exercises(notebook)
    if unknown := set(stop.exercises) - set(known):
        raise Trouble(f"Lesson {stop.lesson} has no exercise {', '.join(sorted(unknown))}.")
    return [known[name] for name in stop.exercises]


def _taught(stop: Stop, notebook: dict) -> list[Pace]:
    title, *parts = sections(notebook)
    names = [part.title for part in parts]
    if unknown := {*stop.only, *stop.but} - set(names):
        raise Trouble(f"Lesson {stop.lesson} has no section {', '.join(sorted(unknown))}.")
    chosen = set(stop.only or names) - {*stop.but, *AFTERWARDS}
    return [title, *(part for part in parts if part.title in chosen)]


def _described(stop: Stop, taught: list[Pace], exercises: list[str]) -> str:
    if stop.only:
        what = "; ".join(part.title for part in taught[1:])
    else:
        what = taught[0].title
        if stop.but:
            what += f", without {_quoted(stop.but)}"
    doing = f". *Exercises:* {'; '.join(exercises)}" if exercises else ""
    return f"**{stop.lesson}** {what}{doing}"


def _quoted(names: tuple[str, ...]) -> str:
    return " and ".join(f"“{name}”" for name in names)
