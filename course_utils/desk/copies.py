"""Copies of the lessons for an instructor: one to type into (`live`), one solved (`solved`).

Both are made from the lessons whenever they are asked for, so they cannot differ from them.
"""

import copy
from collections.abc import Callable, Sequence
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from course_utils.command.author.execute import executed
from course_utils.command.author.stored_form import normalise
from course_utils.command.learner.workspace import chosen_lessons
from course_utils.command.project import HERE
from course_utils.command.project import Project as Places
from course_utils.command.project import UserError as Trouble
from course_utils.desk.generated import check_folder, write_files

LIVE = "live"  # the tag of a cell that an instructor types in front of the class
SOLUTIONS = Path(__file__).resolve().parents[1] / "exercises" / "solutions"


def live_copy(notebook: NotebookNode) -> NotebookNode:
    """Return a copy in which the cells tagged `live` are empty, for typing in front of a class.

    All outputs are gone, those of other cells too, so that the room can predict. Text, starters
    of exercises and everything else stay. `metadata.course.copy` says "live".

    Example:
        >>> cell = nbformat.v4.new_code_cell("net(images)", metadata={"tags": ["live"]})
        >>> live_copy(nbformat.v4.new_notebook(cells=[cell])).cells[0].source
        ''
    """
    made = _without_outputs(notebook, "live")
    for cell in made.cells:
        if LIVE in cell.metadata.get("tags", []):
            cell.source = ""
    return made


def solved_copy(notebook: NotebookNode) -> NotebookNode:
    """Return a copy, not yet run, in which every starter is replaced by the exercise's solution.

    The solutions are the files that the tests execute. `metadata.course.copy` says "solved".

    Raises:
        Trouble: A cell names an exercise that has no solution.
    """
    made = _without_outputs(notebook, "solved")
    for cell in made.cells:
        if name := cell.metadata.get("course", {}).get("exercise"):
            cell.source = _solution(name, cell.id)
    return made


def make_live(out: Path, wanted: Sequence[str] = (), places: Places = HERE) -> int:
    """Write the live copies of the lessons `wanted`, else of all, into `out`; return 0.

    Raises:
        Trouble: As `check_folder`; nothing is written.
    """
    return _make(out, wanted, places, lambda notebook, path: live_copy(notebook))


def make_solved(
    out: Path, wanted: Sequence[str] = (), run: bool = True, places: Places = HERE
) -> int:
    """Write the solved copies into `out`, run unless `run` is false, and return 0.

    Raises:
        Trouble: A cell failed, or as `check_folder`; nothing is written.
    """
    if run:
        print("All cells are run, solutions included: about a minute for the whole course.")
    finish = _run if run else lambda notebook, path: notebook
    return _make(out, wanted, places, lambda notebook, path: finish(solved_copy(notebook), path))


def _make(
    out: Path,
    wanted: Sequence[str],
    places: Places,
    made: Callable[[NotebookNode, Path], NotebookNode],
) -> int:
    paths = chosen_lessons(wanted, places)
    check_folder(out, [path.name for path in paths], places)  # before a minute of work, not after
    texts = {path.name: _text(made(nbformat.read(path, as_version=4), path)) for path in paths}
    write_files(out, texts, places)
    print(f"{len(texts)} {'copy' if len(texts) == 1 else 'copies'} in {out}")
    return 0


def _text(notebook: NotebookNode) -> str:
    return nbformat.writes(notebook, version=4).rstrip("\n") + "\n"


def _run(notebook: NotebookNode, path: Path) -> NotebookNode:
    print(f"{path.stem} …", flush=True)
    return normalise(executed(notebook, path))


def _without_outputs(notebook: NotebookNode, kind: str) -> NotebookNode:
    made = copy.deepcopy(notebook)
    made.metadata.setdefault("course", NotebookNode())["copy"] = kind
    for cell in made.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return made


def _solution(name: str, cell: str) -> str:
    path = SOLUTIONS / f"{name}.py"
    if not path.is_file():
        raise Trouble(f"Cell {cell} is for the exercise {name!r}, which has no solution file.")
    return path.read_text(encoding="utf-8").strip()
