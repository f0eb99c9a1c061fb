"""The table of `progress` as text for a terminal: words first, short ones where room is scarce."""

import textwrap
from collections.abc import Iterator, Sequence

from course_utils.desk import verdicts as said
from course_utils.desk.plain import columns, padded, plain
from course_utils.desk.table import Progress
from course_utils.desk.tasks import Task

MOST = 12  # learners of whom each has a column
NARROWEST = 3
TOP = 3  # exercises that are named as worth explaining again
LISTED = 40  # sentences under the table

SHORT = {  # in the learners' columns, explained under them
    said.CORRECT: "ok",
    said.NOT_YET: "no",
    said.STOPPED: "err",
    said.NOT_STARTED: ".",
    said.NOT_CHECKED: "new",
    said.NOT_HANDED_IN: "-",
    said.UNREADABLE: "??",
    said.TOO_LONG: "cut",
    said.TOO_LARGE: "mem",
    said.ENDED: "end",
    said.CHANGED: "chk",
}
HEADS = {  # over the counts; the columns after the fourth appear where something is in them
    said.CORRECT: "correct",
    said.NOT_YET: "not yet",
    said.STOPPED: "stopped",
    said.NOT_STARTED: "not started",
    said.NOT_CHECKED: "not checked",
    said.NOT_HANDED_IN: "not handed in",
    said.UNREADABLE: "not readable",
    said.TOO_LONG: "too long",
    said.TOO_LARGE: "too large",
    said.ENDED: "process ended",
    said.CHANGED: "check changed",
}
ALWAYS = 4


def class_report(progress: Progress, width: int) -> str:
    """Return a class's table for a terminal of some columns.

    First what to explain again, then the counts, then each learner where they all have room.
    """
    parts = [
        textwrap.fill(_summary(progress), width),
        "\n".join(_again(progress)),
        "\n".join(_counts(progress, width)),
        "\n".join(_matrix(progress, width)),
        "\n".join(_remarks(progress)),
    ]
    return "\n\n".join(part for part in parts if part)


def own_report(progress: Progress, width: int) -> str:
    """Return one learner's list, lesson by lesson, and what comes next."""
    [learner] = progress.learners
    parts = ["\n".join(_lesson(progress, learner, lesson, width)) for lesson in _lessons(progress)]
    parts += ["\n".join(_next(progress, learner)), "\n".join(_remarks(progress))]
    return "\n\n".join(part for part in parts if part)


def _summary(progress: Progress) -> str:
    read = _count(progress.notebooks, "notebook")
    line = f"{read} of {_count(len(progress.learners), 'learner')}."
    if progress.absent:
        line += f" Nobody has handed in: {', '.join(progress.absent)}."
    return line


def _again(progress: Progress) -> Iterator[str]:
    tasks = [task for task in progress.by_need()[:TOP] if progress.missed(task)]
    if not tasks:
        yield "No exercise is missed by anybody who tried it."
        return
    yield "Most missed, worth explaining again:"
    for task in tasks:
        tried = progress.missed(task) + progress.counts(task)[said.CORRECT]
        yield f"  {_place(task)}, “{task.title}”: {progress.missed(task)} of {tried} who tried"


def _counts(progress: Progress, width: int) -> Iterator[str]:
    heads = _heads(progress)
    names = max(len(_place(task)) for task in progress.tasks)
    words = [head.split() for head in heads.values()]
    wide = [max(map(len, column)) for column in words]
    rows = max(map(len, words))
    stacked = [[""] * (rows - len(column)) + column for column in (["exercise"], *words)]
    for row in zip(*stacked, strict=True):
        cells = (padded(word, n, ">") for word, n in zip(row[1:], wide, strict=True))
        yield "  ".join((padded(row[0], names), *cells)).rstrip()
    for task in progress.by_need():
        counts = progress.counts(task)
        cells = (padded(str(counts[s]), n, ">") for s, n in zip(heads, wide, strict=True))
        yield from _with_mistakes(
            "  ".join((padded(_place(task), names), *cells)), _mistakes(progress, task), width
        )


def _heads(progress: Progress) -> dict[str, str]:
    used = {verdict.status for verdict in progress.verdicts.values()}
    return {
        status: head
        for i, (status, head) in enumerate(HEADS.items())
        if i < ALWAYS or status in used
    }


def _with_mistakes(line: str, mistakes: str, width: int) -> Iterator[str]:
    if not mistakes:
        yield line
    elif columns(line) + 2 + columns(mistakes) <= width:
        yield f"{line}  {mistakes}"
    else:
        yield line
        yield f"    {mistakes}"


def _mistakes(progress: Progress, task: Task) -> str:
    """The two most frequent mistakes."""
    named = [f"{plain(code, 30)} {count}×" for code, count in progress.mistakes(task)[:2]]
    return f"most often {', '.join(named)}" if named else ""


def _matrix(progress: Progress, width: int) -> Iterator[str]:
    names = max(len(_place(task)) for task in progress.tasks)
    learners = [plain(learner) for learner in progress.learners]
    room = (width - names - 1) // max(len(learners), 1) - 1
    if len(learners) > MOST or room < NARROWEST:
        yield "Learner by learner: --csv FILE or --picture FILE."
        return
    wide = min(room, max(map(columns, [*learners, *SHORT.values()])))
    yield from _learner_heads(learners, names, wide)
    for task in progress.by_need():
        cells = (padded(SHORT[verdict.status], wide) for verdict in progress.of(task))
        yield " ".join((padded(_place(task), names + 1), *cells)).rstrip()
    used = {verdict.status for verdict in progress.verdicts.values()}
    yield ""
    yield from _wrapped([f"{SHORT[s]} = {s}" for s in SHORT if s in used], width)


def _learner_heads(learners: Sequence[str], names: int, wide: int) -> Iterator[str]:
    """The learners' names over their columns, each over as many lines as it needs."""
    pieces = [_pieces(name, wide) for name in learners]
    for row in range(max(map(len, pieces))):
        cells = (padded(piece[row] if row < len(piece) else "", wide) for piece in pieces)
        yield " ".join((" " * (names + 1), *cells)).rstrip()


def _pieces(name: str, wide: int) -> list[str]:
    pieces = [""]
    for letter in name:
        if columns(pieces[-1] + letter) > wide:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def _wrapped(items: Sequence[str], width: int) -> Iterator[str]:
    line = ""
    for item in items:
        longer = f"{line}   {item}" if line else item
        if line and len(longer) > width:
            yield line
            longer = item
        line = longer
    yield line


def _remarks(progress: Progress) -> Iterator[str]:
    told = [*_notes(progress), *progress.told]
    yield from (plain(line, 300) for line in told[:LISTED])
    if len(told) > LISTED:
        yield f"… and {len(told) - LISTED} more; --csv FILE has every note."


def _notes(progress: Progress) -> Iterator[str]:
    for (learner, name), verdict in sorted(progress.verdicts.items()):
        if verdict.note:
            yield f"{plain(learner)}, {name}: {verdict.note}."


def _lessons(progress: Progress) -> list[str]:
    return list(dict.fromkeys(task.lesson for task in progress.tasks))


def _lesson(progress: Progress, learner: str, lesson: str, width: int) -> Iterator[str]:
    tasks = [task for task in progress.tasks if task.lesson == lesson]
    done = [progress.verdicts[learner, task.name] for task in tasks]
    correct = sum(verdict.status == said.CORRECT for verdict in done)
    yield f"{lesson}: {correct} of {len(tasks)} correct"
    wide = max(len(verdict.status) for verdict in progress.verdicts.values())
    for task, verdict in zip(tasks, done, strict=True):
        code = f" ({plain(verdict.code, 30)})" if verdict.code else ""
        line = f"  {padded(verdict.status, wide)}  {task.title}{code}"
        yield plain(line, width) if columns(line) > width else line


def _next(progress: Progress, learner: str) -> Iterator[str]:
    for task in progress.tasks:
        verdict = progress.verdicts[learner, task.name]
        if verdict.status != said.CORRECT:
            yield f"Next: “{task.title}” in {task.lesson}: {verdict.status}."
            if verdict.is_missed and verdict.says:
                yield f"  {plain(verdict.says, 200)}"
            return
    yield "Every exercise is correct."


def _place(task: Task) -> str:
    return f"{task.lesson.partition('_')[0]} {task.name}"


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
