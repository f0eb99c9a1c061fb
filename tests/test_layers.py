"""Who may import whom in `course_utils`: down a layer or back in the course, never up or ahead.

Imports are read from the source, those inside functions included; nothing is imported here.
"""

import ast
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest
from lessons import nothing_in

PACKAGE = Path(__file__).resolve().parents[1] / "course_utils"

LESSONS = ["digits", "define", "parameters", "loss", "backprop", "update", "train", "replay", "pad"]
BELOW = {  # the layers that each layer may use, itself included
    "core": {"core"},
    "figures": {"core", "figures"},
    "widgets": {"core", "figures", "widgets"},
    "exercises": {"core", "exercises"},
    "desk": {"desk", "command"},
    "command": {"command"},
}
APART = {"desk", "command"}
LIBRARIES = {
    "core": {"torch", "sklearn"},
    "figures": {"torch", "matplotlib", "PIL"},
    "widgets": {"torch", "IPython", "anywidget", "ipywidgets", "traitlets"},
    "exercises": {"torch", "IPython"},
}


@dataclass(frozen=True)
class Import:
    """One import in a file of the package.

    Attributes:
        by: The importing module, without the package's name: `figures.define`.
        of: The imported module, in full: `course_utils.core.define`, `torch.nn`.
        line: Where it stands.
        lazy: Whether it stands inside a function, and so waits for a call.
    """

    by: str
    of: str
    line: int
    lazy: bool

    def __str__(self) -> str:
        return f"{self.by} imports {self.of} (line {self.line})"

    @property
    def layer(self) -> str:
        return self.by.partition(".")[0]

    @property
    def inside(self) -> str | None:
        """The imported module without the package's name; None if it is of another package."""
        package, _, module = self.of.partition(".")
        return module if package == PACKAGE.name else None


def imports(package: Path) -> list[Import]:
    """Every import in every file of a package."""
    return [found for path in sorted(package.rglob("*.py")) for found in _imports(path, package)]


def _imports(path: Path, package: Path) -> Iterator[Import]:
    by = _module(path, package)
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    lazy = {id(inner) for function in functions for inner in ast.walk(function)}
    for node in ast.walk(tree):
        for name in _names(node, path, package):
            yield Import(by, name, node.lineno, id(node) in lazy)


def _module(path: Path, package: Path) -> str:
    """`figures.define` for figures/define.py, `figures` for figures/__init__.py."""
    parts = path.relative_to(package).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def _names(node: ast.AST, path: Path, package: Path) -> list[str]:
    """The modules that a statement imports; `from a import b` is `a.b` where that is a file."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if not isinstance(node, ast.ImportFrom):
        return []
    source = node.module or ""
    if node.level:
        folder = path.parents[node.level - 1]
        source = ".".join([package.name, *folder.relative_to(package).parts, *source.split(".")])
        source = source.rstrip(".")
    names = [f"{source}.{alias.name}" for alias in node.names]
    return sorted({name if _is_module(name, package) else source for name in names})


def _is_module(name: str, package: Path) -> bool:
    path = package.parent.joinpath(*name.split("."))
    return path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()


def upward(found: Import) -> Iterator[str]:
    """A layer above, or beside; `desk` and `command` may load one when a command needs it."""
    if found.inside is None or found.layer not in BELOW or (found.layer in APART and found.lazy):
        return
    layer = found.inside.partition(".")[0]
    if layer not in BELOW[found.layer]:
        yield f"{found}: {found.layer} may use {_listed(BELOW[found.layer])} only"


def foreign(found: Import) -> Iterator[str]:
    """A library that is not the layer's; desk's libraries are looked at by its own tests."""
    library = found.of.partition(".")[0]
    if found.inside is not None or found.layer not in LIBRARIES:
        return
    if library not in LIBRARIES[found.layer] | sys.stdlib_module_names:
        yield f"{found}: {found.layer} may use {_listed(LIBRARIES[found.layer])} only"


def intruding(found: Import) -> Iterator[str]:
    """`desk` and `command` are apart: the command alone may use them, or who waits for a call."""
    layer = (found.inside or "").partition(".")[0]
    if layer in APART and found.layer not in {*APART, "__main__"} and not found.lazy:
        yield f"{found}: {layer} serves the command `python -m course_utils` alone"


def ahead(found: Import) -> Iterator[str]:
    """A lesson's file uses its own lesson and earlier ones; a file of no lesson uses none."""
    if found.inside is None or found.layer not in LIBRARIES or "." not in found.by:
        return
    lesson, other = found.by.split(".")[1], found.inside.split(".")[1:2]
    if not other or other[0] not in LESSONS:
        return
    if lesson not in LESSONS:
        if f"{found.layer}.{other[0]}" == found.inside:
            yield f"{found}: `{lesson}` serves every lesson, so it may not lean on one"
    elif LESSONS.index(other[0]) > LESSONS.index(lesson):
        yield f"{found}: `{other[0]}` comes later in the course than `{lesson}`"


def cycles(found: list[Import]) -> Iterator[str]:
    needs: dict[str, set[str]] = {}
    for one in found:
        if one.inside and one.inside != one.by:
            needs.setdefault(one.by, set()).add(one.inside)
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as error:
        yield "a circle of imports: " + " -> ".join(reversed(error.args[1]))


RULES: list[Callable[[Import], Iterator[str]]] = [upward, foreign, intruding, ahead]


def problems(package: Path) -> list[str]:
    found = imports(package)
    return [says for one in found for rule in RULES for says in rule(one)] + list(cycles(found))


def _listed(names: set[str]) -> str:
    return ", ".join(sorted(names))


def test_every_import_goes_down_or_back():
    nothing_in(problems(PACKAGE))


def test_the_imports_of_the_package_are_seen():
    seen = {(found.by, found.of) for found in imports(PACKAGE)}
    assert ("core.define", "torch") in seen
    assert ("core.define", "course_utils.core.trace") in seen


def test_importing_the_package_loads_nothing_heavy():
    heavy = ["torch", "matplotlib", "sklearn", "IPython", "nbformat"]
    code = f"import sys, course_utils; print([name for name in {heavy} if name in sys.modules])"
    command = [sys.executable, "-c", code]
    run = subprocess.run(command, capture_output=True, text=True, cwd=PACKAGE.parent)
    assert run.stdout.strip() == "[]", run.stderr


# The rules bite, on a package made for each.

GOOD = {
    "__init__": "",
    "__main__": "from course_utils.desk import start",
    "core/__init__": "",
    "core/trace": "import math\nimport torch",
    "core/digits": "def load():\n    from sklearn import datasets",
    "core/define": "from torch import nn\nfrom course_utils.core import digits, trace",
    "core/loss": "from course_utils.core.define import Net",
    "figures/__init__": "",
    "figures/style": "import matplotlib",
    "figures/loss": "from ..core import loss\nfrom . import define",
    "figures/define": "from course_utils.core.define import Net\nfrom . import style",
    "widgets/__init__": "",
    "widgets/explorer": "import ipywidgets\nfrom IPython.display import display",
    "widgets/loss": "import anywidget\nfrom .explorer import Explorer\nfrom ..figures import loss",
    "exercises/__init__": "",
    "exercises/define": "from ..core.define import Net",
    "desk/__init__": "",
    "desk/start": "from . import places\ndef go():\n    from course_utils.core import define",
    "desk/places": "import os",
}


def made(folder: Path, **changed: str) -> Path:
    for name, source in {**GOOD, **changed}.items():
        path = folder / "course_utils" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source, encoding="utf-8")
    return folder / "course_utils"


def test_a_package_that_keeps_the_rules_is_accepted(tmp_path):
    nothing_in(problems(made(tmp_path)))


@pytest.mark.parametrize(
    ("name", "source", "says"),
    [
        ("core/define", "import matplotlib.figure", "core may use sklearn, torch only"),
        ("core/define", "import numpy as np", "core may use sklearn, torch only"),
        ("core/define", "from course_utils.figures import style", "core may use core only"),
        ("core/define", "def f():\n    from ..figures import style", "core may use core only"),
        ("figures/define", "import ipywidgets", "figures may use"),
        ("figures/define", "from course_utils.widgets import explorer", "may use core, figures"),
        ("widgets/loss", "import matplotlib", "widgets may use"),
        ("widgets/loss", "import course_utils.exercises.define", "may use core, figures, widgets"),
        ("exercises/define", "from course_utils.figures import style", "may use core, exercises"),
        ("core/define", "import course_utils.desk.start", "core may use core only"),
        ("__init__", "from course_utils.desk import start", "desk serves the command"),
        ("desk/start", "from course_utils.core import define", "may use command, desk only"),
        ("core/define", "from course_utils.core import loss", "`loss` comes later"),
        ("core/define", "from .loss import mse", "`loss` comes later"),
        ("figures/define", "from course_utils.core.loss import mse", "`loss` comes later"),
        ("figures/style", "from . import define", "may not lean on one"),
        ("widgets/explorer", "from course_utils.widgets.loss import Mixer", "may not lean on one"),
        ("core/digits", "from course_utils.core import define", "a circle of imports"),
        ("desk/places", "from course_utils.desk.start import go", "a circle of imports"),
    ],
)
def test_an_import_against_the_rules_is_reported(tmp_path, name, source, says):
    complaints = problems(made(tmp_path, **{name: source}))
    assert any(says in complaint for complaint in complaints), complaints


def test_a_complaint_names_the_file_and_the_line(tmp_path):
    [complaint] = problems(made(tmp_path, **{"figures/define": "\n\nimport ipywidgets"}))
    assert complaint.startswith("figures.define imports ipywidgets (line 3): figures may use")
