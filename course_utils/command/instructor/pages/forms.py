"""The notebooks behind the pages: as stored, as a work sheet or solved, with their frames."""

import copy
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import nbformat
from jupyter_core.utils import ensure_event_loop
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from course_utils.command.author.execute import executed
from course_utils.command.author.stored_form import normalise
from course_utils.command.environment.variables import child_environment
from course_utils.command.instructor.copies import solved_copy
from course_utils.command.instructor.pages.frames import MIME

KERNELS = 2  # at once
FRAMES = "frames"  # in a code cell's metadata, as `pages.frames.pack` gives them
ANSWER = re.compile(r"-(meaning|answer)\b")  # in the id of a text cell that tells what came out
RESULT = re.compile(r"(?!Now )[^*?\n:]+?(:[^*?\n]+?)?[.!]\s+(?=[A-Z0-9`“*$(])")  # a first sentence
LONGEST_RESULT = 8  # words, before a colon; a longer sentence explains
QUESTIONS = re.compile(r"(?:(?<=[.?!:] )|^)(?:[^.?!]*\?\s*)+$")
PRINTING = "from course_utils.command.instructor.pages import frames\nframes.print_all_frames()"


def page_notebooks(paths: Sequence[Path], form: str, run: bool) -> dict[str, NotebookNode]:
    """Return the notebooks to make pages of, by the name of the lesson.

    Args:
        paths: Of the stored notebooks.
        form: "read", "worksheet" or "solved".
        run: Whether all cells are run, each notebook in a kernel, for the frames of its explorers.
            A solved lesson is run in any case, and shows what then came out.
    """

    def prepare(path: Path) -> NotebookNode:
        notebook = nbformat.read(path, as_version=4)
        notebook = solved_copy(notebook) if form == "solved" else notebook
        if run or form == "solved":
            print(f"{path.stem} …", flush=True)
            with closing(ensure_event_loop()):  # of this thread
                notebook = _with_frames(notebook, path, form == "solved")
        return worksheet(notebook) if form == "worksheet" else notebook

    child_environment()  # writes its settings now, not when two kernels start at once
    last_first = paths[::-1]  # since the last one takes longest
    with ThreadPoolExecutor(KERNELS) as workers:
        made = dict(zip(last_first, workers.map(prepare, last_first), strict=True))
    return {path.stem: made[path] for path in paths}


def worksheet(notebook: NotebookNode) -> NotebookNode:
    """Return a copy that asks and does not answer.

    What cells show is gone, but for explorers; of the text that tells what came out, only what it
    asks at its end stays. There `metadata.blank` is set: room to write. Where other text goes on
    below a question and its code, the short sentence that answers it first is gone.
    """
    made, question = copy.deepcopy(notebook), ""
    for above, cell in zip([new_code_cell(), *notebook.cells], made.cells, strict=False):
        if cell.cell_type == "code":
            cell.outputs = cell.outputs if FRAMES in cell.metadata else []
            continue
        text, goes_on = cell.source, above.get("outputs") and not cell.source.startswith("#")
        if ANSWER.search(cell.id) and not text.startswith("#"):
            cell.source, cell.metadata["blank"] = _asked(text), True
        elif goes_on and "?" in question:
            cell.source = _without_result(text)
        question = text
    return made


def _without_result(text: str) -> str:
    first = RESULT.match(text)
    is_short = first and len(first[0].partition(":")[0].split()) <= LONGEST_RESULT
    return text[first.end() :] if first and is_short else text


def _asked(text: str) -> str:
    """The paragraph that asks, after others that answer; of a single one, its questions."""
    *before, last = text.strip().split("\n\n")
    found = QUESTIONS.search(last)
    return (last if before else found[0].strip()) if found else ""


def _with_frames(notebook: NotebookNode, path: Path, anew: bool) -> NotebookNode:
    """Run the notebook for its frames: all of it, and keep what it shows, if `anew`."""
    made = copy.deepcopy(notebook)
    if not anew:
        del made.cells[_end_of_explorers(made) :]
    if not made.cells:
        return notebook
    made.cells.insert(0, new_code_cell(PRINTING))
    made = executed(made, path)
    frames = {cell.id: _take_frames(cell) for cell in made.cells[1:] if cell.cell_type == "code"}
    del made.cells[0]
    kept = normalise(made) if anew else notebook
    for cell in kept.cells:
        if printed := frames.get(cell.id):
            cell.metadata[FRAMES] = printed
    return kept


def _end_of_explorers(notebook: NotebookNode) -> int:
    """The place after the last cell with an explorer: a sentence is stored for its controls."""
    found = [
        i
        for i, cell in enumerate(notebook.cells)
        for one in cell.get("outputs", [])
        if one.output_type == "display_data" and one.data.keys() == {"text/plain"}
    ]
    return max(found, default=-1) + 1


def _take_frames(cell: NotebookNode) -> str:
    """Remove the frames from the outputs of a cell, and return them; "" if there are none."""
    found = [one.data[MIME] for one in cell.outputs if MIME in one.get("data", {})]
    cell.outputs = [one for one in cell.outputs if MIME not in one.get("data", {})]
    return found[0] if found else ""
