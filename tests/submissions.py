"""A class of 200 for the tests of `progress`: honest, mistaken, careless and hostile.

Each submission is one learner's notebook for one lesson, made of the lesson as it is given out
and of answers that `tests/answers` proves right or wrong by name. Beside the file stands what has
to be told about it, from its stored outputs and after a rerun.

    python -m tests.submissions FOLDER      writes them, to look at
"""

import itertools
import json
import os
import runpy
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from course_utils.desk import verdicts as said
from course_utils.desk.saved import LARGEST, VERDICT
from course_utils.desk.tasks import course_tasks

ROOT = Path(__file__).resolve().parents[1]
SOLUTIONS = ROOT / "course_utils" / "exercises" / "solutions"
SIZE = 200

TASKS = {task.name: task for task in course_tasks()}
NAMES = (  # each could break a terminal, a table, a file or a spreadsheet
    "=HYPERLINK(1)",
    "@SUM(1+1)",
    "red\x1b[31m",
    "two\nlines",
    "x" * 200,
    "李雷",
    "a\u202eb",
    "$\\nope$",
)

Notebook = dict
Said = tuple[str, str]  # status and code


@dataclass(frozen=True)
class Case:
    """One submission, and what has to be told about it.

    Attributes:
        kind: What is special about it.
        lesson: The name of the lesson.
        notebook: What stands in the file; bytes where it is no JSON, or a way to make the file.
        stored: Status and code of each exercise, from stored outputs; others are not started.
        rerun: The same after a rerun, where it differs.
        told: What the line about it under the table says; empty where there is none.
        note: What the note beside the verdict says after a rerun.
        learner: Their name, if it is a special one.
    """

    kind: str
    lesson: str
    notebook: Notebook | bytes | Callable[[Path], None]
    stored: dict[str, Said] = field(default_factory=dict)
    rerun: dict[str, Said] = field(default_factory=dict)
    told: str = ""
    note: str = ""
    learner: str = ""

    def expected(self, again: bool) -> dict[str, Said]:
        """Return status and code of every exercise of the lesson."""
        empty = (said.UNREADABLE if self.told else said.NOT_STARTED, "")
        every = {t.name: empty for t in TASKS.values() if t.lesson == self.lesson}
        return every | self.stored | (self.rerun if again else {})


@cache
def submissions() -> list[tuple[str, Case]]:
    """Return the class: learners' names and their submissions, hostile ones among honest ones."""
    fixed = [*_careless(), *_altered(), *_hostile(), *_unreadable()]
    honest = itertools.chain(_honest(), _mistaken())
    cases = [*itertools.islice(honest, SIZE - len(fixed)), *fixed]
    cases.sort(key=lambda case: str(sorted(case.stored)) + case.kind)  # one among the others
    return [(case.learner or f"learner_{i:03d}", case) for i, case in enumerate(cases)]


def write(folder: Path, full: bool = False, cases: list | None = None) -> dict[str, Case]:
    """Write submissions into a folder; return them by the learner's name.

    Args:
        folder: Of the class.
        full: Whether with the outputs of all cells, pictures included, as a learner's have.
        cases: All, where none are given.
    """
    written = dict(submissions() if cases is None else cases)
    for name, case in written.items():
        path = folder / name / f"{case.lesson}.ipynb"
        path.parent.mkdir(parents=True)
        if callable(case.notebook):
            case.notebook(path)
        elif isinstance(case.notebook, bytes):
            path.write_bytes(case.notebook)
        else:
            notebook = _with_outputs(case) if full else case.notebook
            path.write_text(json.dumps(notebook), encoding="utf-8")
    return written


def each_kind() -> list[tuple[str, Case]]:
    """Return one submission of each kind, those that nobody can read left out."""
    firsts = {case.kind: (name, case) for name, case in reversed(submissions()) if not case.told}
    return list(firsts.values())


# Notebooks


@cache
def _lesson_text(lesson: str, full: bool = False) -> str:
    text = (ROOT / "notebooks" / f"{lesson}.ipynb").read_text(encoding="utf-8")
    notebook = json.loads(text)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code" and ".check(" not in "".join(cell["source"]):
            cell["outputs"] = []
    return text if full else json.dumps(notebook)


def lesson(name: str) -> Notebook:
    """A lesson as it is given out, but for outputs that are no verdicts."""
    return json.loads(_lesson_text(name))


def _with_outputs(case: Case) -> Notebook:
    """Give the other cells their outputs back."""
    stored = json.loads(_lesson_text(case.lesson, full=True))["cells"]
    outputs = {cell["id"]: cell["outputs"] for cell in stored if "outputs" in cell}
    cells = case.notebook["cells"]
    filled = [
        cell | {"outputs": outputs[cell["id"]]}
        if isinstance(cell, dict) and cell.get("id") in outputs and not cell["outputs"]
        else cell
        for cell in cells
    ]
    return case.notebook | {"cells": filled}


def answered(notebook: Notebook, name: str, source: str, saved: Said | None) -> Notebook:
    """Put an answer into its cell, and the verdict `saved` into the output of its check."""
    starter, check = answer_cell(notebook, name), check_cell(notebook, name)
    place = 1000 + 2 * list(TASKS).index(name)
    starter.update(source=source.strip("\n"), execution_count=place, outputs=[])
    if saved:
        check.update(execution_count=place + 1, outputs=[verdict(name, *saved)])
    return notebook


def answer_cell(notebook: Notebook, name: str) -> dict:
    cells = notebook["cells"]
    return next(c for c in cells if c["metadata"].get("course", {}).get("exercise") == name)


def check_cell(notebook: Notebook, name: str) -> dict:
    check = TASKS[name].check
    return next(c for c in notebook["cells"] if "".join(c["source"]).endswith(check))


def verdict(name: str, status: str, code: str = "") -> dict:
    """The output of a check, as Jupyter stores it."""
    words = f"{status.capitalize()}: A sentence."
    data = {"text/plain": [words], "text/html": [f"<div>{words}</div>"]}
    data[VERDICT] = {"exercise": name, "status": status, "code": code}
    return {"output_type": "execute_result", "execution_count": 1, "metadata": {}, "data": data}


def error(name: str) -> dict:
    return {"output_type": "error", "ename": name, "evalue": "It failed.", "traceback": []}


# Answers


def solution(name: str) -> str:
    return (SOLUTIONS / f"{name}.py").read_text(encoding="utf-8")


def _answers(name: str) -> dict:
    [path] = (ROOT / "tests").glob(f"**/answers/{name}.py")
    return runpy.run_path(str(path))


def _first(sources: object) -> str:
    return sources if isinstance(sources, str) else _first(sources[0])


def _wrong() -> Iterator[tuple[str, str, str]]:
    """Exercise, code and source of wrong answers: first one of each exercise, then the next."""
    columns = [
        [(name, code, _first(s)) for code, s in _answers(name)["WRONG"].items()] for name in TASKS
    ]
    for row in itertools.zip_longest(*columns):
        yield from filter(None, row)


WRONG_SIZE = "def output_size(size, kernel, stride=1, padding=0):\n    return size - kernel + 1\n"
RIGHT_SIZE = solution("conv_size")
CORRECT = (said.CORRECT, "")


def _one(kind: str, name: str, source: str, saved: Said | None, **more) -> Case:
    """One answer in an otherwise untouched lesson."""
    if "F." in source and " as F" not in _lesson_text(TASKS[name].lesson):
        source = f"import torch.nn.functional as F\n{source}"
    notebook = answered(lesson(TASKS[name].lesson), name, source, saved)
    stored = {name: saved or (said.NOT_CHECKED, "")}
    return Case(kind, TASKS[name].lesson, notebook, stored, **more)


def _size(kind: str, source: str, again: Said, saved: Said | None = CORRECT, **more) -> Case:
    return _one(kind, "conv_size", source, saved, rerun={"conv_size": again}, **more)


# The class


def _honest() -> Iterator[Case]:
    for name in dict.fromkeys(task.lesson for task in TASKS.values()):
        yield Case("untouched", name, lesson(name))
        notebook, tasks = lesson(name), [t for t in TASKS.values() if t.lesson == name]
        for task in tasks:
            answered(notebook, task.name, solution(task.name), CORRECT)
        yield Case("all solved", name, notebook, {task.name: CORRECT for task in tasks})
        if len(tasks) > 1:
            half = answered(lesson(name), tasks[0].name, solution(tasks[0].name), CORRECT)
            yield Case("half done", name, half, {tasks[0].name: CORRECT})
    for name in TASKS:
        for source in list(_answers(name)["RIGHT"].values())[:2]:
            yield _one("another right answer", name, source, CORRECT)


def _mistaken() -> Iterator[Case]:
    special = iter(NAMES)
    for name, code, source in _wrong():
        yield _one("mistaken", name, source, (said.NOT_YET, code), learner=next(special, ""))


def _careless() -> Iterator[Case]:
    again = {"conv_size": CORRECT}
    yield _one("written, not checked", "conv_size", RIGHT_SIZE, None, rerun=again)
    stopped = _one("stopped", "conv_size", "def output_size(", (said.STOPPED, "SyntaxError"))
    check_cell(stopped.notebook, "conv_size")["outputs"] = []
    answer_cell(stopped.notebook, "conv_size")["outputs"] = [error("SyntaxError")]
    yield stopped
    cleared = _one("outputs cleared", "conv_size", RIGHT_SIZE, None, rerun=again)
    for cell in cleared.notebook["cells"]:
        cell |= {"outputs": [], "execution_count": None} if cell["cell_type"] == "code" else {}
    yield cleared
    stale = _one("changed after its check", "conv_size", RIGHT_SIZE, (said.NOT_YET, "no_plus_one"))
    answer_cell(stale.notebook, "conv_size")["execution_count"] = 5000
    yield Case(
        **vars(stale) | {"rerun": again, "note": "saved output says not yet, rerun says correct"}
    )
    exits = "import sys\nsys.exit('done')"
    yield _size("leaves", exits, (said.STOPPED, "SystemExit"), (said.STOPPED, "SystemExit"))
    helped = "import math\n%matplotlib inline\n!ls\nhalves = math.floor\n"
    uses = RIGHT_SIZE.replace("return ", "return halves(1.5) * ")
    case = _one("helper in a cell of its own", "conv_size", uses, CORRECT)
    place = case.notebook["cells"].index(answer_cell(case.notebook, "conv_size"))
    case.notebook["cells"].insert(place, code_cell(helped))
    yield case


def code_cell(source: str) -> dict:
    return {
        "cell_type": "code",
        "metadata": {},
        "source": source,
        "outputs": [],
        "execution_count": 1,
    }


def _altered() -> Iterator[Case]:
    for name in ("conv_size", "network", "mse"):
        wrong, code = next((s, c) for n, c, s in _wrong() if n == name)
        case = _one("renamed cells", name, wrong, (said.NOT_YET, code))
        for cell in case.notebook["cells"]:
            cell["metadata"] = {}
            cell.pop("id")
        yield case
        case = _one(
            "words alone", name, wrong, (said.NOT_YET, ""), rerun={name: (said.NOT_YET, code)}
        )
        for output in check_cell(case.notebook, name)["outputs"]:
            del output["data"][VERDICT]
        yield case
        case = _one("reordered cells", name, solution(name), CORRECT)
        case.notebook["cells"].reverse()
        yield case
        case = _one("check copied elsewhere", name, wrong, (said.NOT_YET, code))
        check = check_cell(case.notebook, name)
        case.notebook["cells"].insert(0, code_cell("1 + 1") | {"outputs": check["outputs"]})
        check["outputs"] = []
        yield case
    ink = "def mean_ink(images):\n    return images.mean()"
    forged = {
        "rerun": {"ink": (said.NOT_YET, "all_images_together")},
        "note": "saved output says correct",
    }
    yield _one("forged", "ink", ink, CORRECT, **forged)
    case = _one("forged words alone", "ink", ink, (said.NOT_YET, "all_images_together"))
    check_cell(case.notebook, "ink")["outputs"][0]["data"]["text/plain"] = "Correct: yes."
    yield case
    case = _one("forged starter", "mse", TASKS["mse"].starter, CORRECT)
    yield Case(
        **vars(case) | {"rerun": {"mse": (said.NOT_STARTED, "")}, "note": "saved output says"}
    )


FORK = """
import os, time
if os.fork() == 0:
    {inner}
"""
DOUBLE = "os.setsid()\n    if os.fork() == 0:\n        time.sleep(600)\n    os._exit(0)"
BOMB = """
import os, time
for _ in range(5):
    if os.fork() == 0:
        os.setsid()
time.sleep(600)
"""
DEAF = """
import signal
for number in range(1, 32):
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
while True:
    try:
        while True:
            pass
    except BaseException:
        pass
"""
NO_CHECK = """
from course_utils.exercises.exercise import Exercise
from course_utils.checks.feedback import Feedback
Exercise.check = lambda self, answer: Feedback("correct", "", "Yes.", self.name)
"""
SPEAKS = """
import json, os
for number in range(3, 64):
    try:
        os.write(number, b'{"status": "correct"}\\n')
    except OSError:
        pass
"""


def _hostile() -> Iterator[Case]:
    """Answers to `conv_size`, all saved as correct but where the kernel would have died."""
    changed, long = (said.CHANGED, ""), (said.TOO_LONG, "")
    yield _size("endless loop", "while True:\n    pass", long, None)
    yield _size("deaf to signals", DEAF, long, None)
    yield _size("leaves a process", FORK.format(inner="time.sleep(600)") + RIGHT_SIZE, CORRECT)
    yield _size("leaves a daemon", FORK.format(inner=DOUBLE) + RIGHT_SIZE, CORRECT)
    yield _size("many processes", BOMB, long, None)
    yield _size("large list", "x = [0] * (6 * 10**8)", (said.TOO_LARGE, "MemoryError"), None)
    yield _size(
        "large tensor",
        "import torch\nx = torch.zeros(10**9)",
        (said.TOO_LARGE, "RuntimeError"),
        None,
    )
    yield _size("ends itself", "import os\nos._exit(0)", (said.ENDED, ""), None)
    yield _size("kills itself", "import os\nos.kill(os.getpid(), 9)", (said.ENDED, ""), None)
    yield _size(
        "prints without end",
        "for _ in range(1000):\n    print('x' * 100_000)\n" + RIGHT_SIZE,
        CORRECT,
    )
    yield _size("writes files", "open('mine.txt', 'w').write('x')\n" + RIGHT_SIZE, CORRECT)
    yield _size(
        "large file", "open('f', 'wb').write(bytes(2**26))", (said.STOPPED, "OSError"), None
    )
    yield _size("patches the check", NO_CHECK + WRONG_SIZE, changed)
    yield _size(
        "patches PyTorch",
        "import torch\ntorch.allclose = lambda *a, **k: True\n" + WRONG_SIZE,
        changed,
    )
    yield _size(
        "patches Python", "import builtins\nbuiltins.abs = lambda x: 0\n" + WRONG_SIZE, changed
    )
    yield _size("speaks for the check", SPEAKS + WRONG_SIZE, changed)
    ink = "def mean_ink(images):\n    return images.mean()"
    case = _one("patches in another cell", "ink", ink, CORRECT, rerun={"ink": changed})
    case.notebook["cells"].insert(1, code_cell(NO_CHECK))
    yield case
    yield _size(
        "deep source", "x = " + "(" * 5000 + ")" * 5000, (said.STOPPED, "SyntaxError"), None
    )


def _unreadable() -> Iterator[Case]:
    text = _lesson_text("03_loss").encode()
    broken = {
        "broken": (text.replace(b'"cells"', b"cells", 1), "JSON cannot be read"),
        "truncated": (text[: len(text) // 2], "JSON cannot be read"),
        "empty": (b"", "is empty"),
        "blank": (b" \n", "is empty"),
        "a list": (b"[1, 2]", "is no notebook"),
        "no cells": (b'{"cells": {"a": 1}}', "is no notebook"),
        "deep": (b"[" * 100_000, "JSON cannot be read"),
        "latin-1": ('{"cells": ["é"]}'.encode("latin-1"), "is not text"),
        "bytes": (bytes(range(128, 256)), "is not text"),
        "long number": (b'{"cells": ' + b"9" * 5000 + b"}", "JSON cannot be read"),
        "huge": (_huge, "is larger than"),
        "a folder": (Path.mkdir, "is a folder"),
    }
    if hasattr(os, "mkfifo"):
        broken["a pipe"] = (os.mkfifo, "is no ordinary file")
        broken["a circle"] = (lambda path: path.symlink_to(path), "cannot be read")
    for kind, (content, told) in broken.items():
        yield Case(kind, "03_loss", content, told=told)
    odd = [3, None, {}, {"cell_type": 1, "source": 2, "metadata": 3, "outputs": 4}]
    odd += [{"cell_type": "code", "source": ["mse.check(", 5], "outputs": [None, {"data": []}]}]
    odd += [
        {
            "cell_type": "code",
            "metadata": {"course": {"exercise": []}},
            "outputs": [{"output_type": [], "data": {VERDICT: {"exercise": [], "status": {}}}}],
        }
    ]
    wrong_types = lesson("03_loss")
    wrong_types["cells"][:0] = odd
    yield Case("wrong types", "03_loss", wrong_types)
    encoded = json.dumps(lesson("03_loss")).encode("utf-16")
    yield Case("utf-16", "03_loss", encoded)


def _huge(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(LARGEST + 1)


if __name__ == "__main__":
    print(len(write(Path(sys.argv[1]), full=True)), "submissions written")
