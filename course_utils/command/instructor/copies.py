"""Copies of the lessons for an instructor: one to type into (`live`), one solved (`solved`).

Both are made from the lessons whenever they are asked for, so they cannot differ from them.
"""

import copy
import os
import re
import shlex
import subprocess
from collections.abc import Sequence
from functools import partial
from importlib import import_module
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from course_utils.command.author.execute import executed
from course_utils.command.author.stored_form import normalise
from course_utils.command.instructor.output_folder import check_folder, write_files
from course_utils.command.learner.workspace import chosen_lessons
from course_utils.command.project import HERE, Project, UserError

LIVE = "live"  # the tag of a cell that an instructor types in front of the class


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

    `metadata.course.copy` says "solved".

    Raises:
        UserError: A cell names an exercise that the notebook does not import.
    """
    made = _without_outputs(notebook, "solved")
    for cell in made.cells:
        if name := cell.metadata.get("course", {}).get("exercise"):
            cell.source = solution_of(name, cell.id, notebook)
    return made


COPY_OF = {"live": live_copy, "solved": solved_copy}


def make_copies(
    kind: str, out: str, wanted: Sequence[str] = (), run: bool = False, project: Project = HERE
) -> int:
    """Write "live" or "solved" copies of the lessons `wanted`, else of all, into `out`; return 0.

    Raises:
        UserError: A cell failed, or as `check_folder`; nothing is written.
    """
    folder = Path(out)
    check_folder(folder, project)  # before a minute of work, not after
    if run:
        print("All cells are run, solutions included: about a minute for the whole course.")
    texts = {}
    for path in chosen_lessons(wanted, project):
        made = COPY_OF[kind](nbformat.read(path, as_version=4))
        if run:
            print(f"{path.stem} …", flush=True)
            made = normalise(executed(made, path))
        texts[path.name] = nbformat.writes(made) + "\n"
    write_files(folder, texts, project)
    quoted = subprocess.list2cmdline if os.name == "nt" else shlex.join
    print(f"{len(texts)} {'copy' if len(texts) == 1 else 'copies'} in {out}. To open the folder:")
    print(f"    python3 -m course_utils start {quoted([out])}")
    return 0


make_live = partial(make_copies, "live")
make_solved = partial(make_copies, "solved")


def _without_outputs(notebook: NotebookNode, kind: str) -> NotebookNode:
    made = copy.deepcopy(notebook)
    made.metadata.setdefault("course", NotebookNode())["copy"] = kind
    for cell in made.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return made


def solution_of(name: str, cell_id: str, notebook: NotebookNode) -> str:
    """Return the source of a solution, asked of the exercise that the notebook itself imports."""
    line = re.compile(rf"^from ([\w.]+) import (?:[\w ,]*|\([\w\s,]*)\b{name}\b", re.MULTILINE)
    for cell in notebook.cells:
        if cell.cell_type == "code" and (found := line.search(cell.source)):
            return getattr(import_module(found[1]), name).solution().source
    raise UserError(
        f"Cell {cell_id} is for the exercise {name!r}, which the lesson does not import."
    )
