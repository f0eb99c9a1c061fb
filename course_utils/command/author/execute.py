"""For authors: runs notebooks and stores them in their normal form."""

from collections.abc import Sequence
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from course_utils.command.author import glossary
from course_utils.command.author.stored_form import normal_form
from course_utils.command.environment.variables import child_environment
from course_utils.command.learner.workspace import find_lesson, lessons
from course_utils.command.project import HERE, Project, UserError, replace_text

SECONDS = 600  # for one cell


def run_notebooks(wanted: Sequence[str], project: Project = HERE) -> int:
    """Run the notebooks, each stored only if it ran to its end; return 1 if one did not.

    The glossary, which is made of their text, is written anew.
    """
    paths = [named_notebook(word, project) for word in wanted] or lessons(project)
    failed = 0
    for path in paths:
        try:
            changed = run_notebook(path)
        except UserError as error:
            failed += 1
            print(error)
        else:
            print(f"{path.name}: {'stored anew' if changed else 'as it was'}")
    if project.glossary.exists():
        replace_text(project.glossary, glossary.page(lessons(project)))
    return 1 if failed else 0


def run_notebook(path: Path) -> bool:
    """Run one notebook in its folder and store it; tell whether the file changed.

    Raises:
        UserError: A cell failed that is not tagged `raises-exception`; the file is as it was.
    """
    before = path.read_text(encoding="utf-8")
    after = normal_form(executed(nbformat.reads(before, as_version=4), path))
    if after != before:
        replace_text(path, after)
    return after != before


def executed(notebook: nbformat.NotebookNode, path: Path) -> nbformat.NotebookNode:
    """Run all cells of `notebook` in a new kernel, in the folder of `path`; return it."""
    begun = []
    client = NotebookClient(
        notebook,
        on_cell_start=lambda cell, cell_index: begun.append(cell.id),
        timeout=SECONDS,
        kernel_name="python3",
        extra_arguments=["--log-level=ERROR"],  # it warns of any connection that is not encrypted
        resources={"metadata": {"path": str(path.parent)}},
        record_timing=False,
        store_widget_state=False,
    )
    try:
        client.execute(env=child_environment())
    except CellExecutionError as error:
        raise _failure(path, begun, f"{error.ename}: {error.evalue}") from error
    except CellTimeoutError as error:
        raise _failure(path, begun, f"not done after {SECONDS} seconds") from error
    except DeadKernelError as error:
        raise _failure(path, begun, "the kernel ended") from error
    return notebook


def named_notebook(word: str, project: Project = HERE) -> Path:
    """Return the notebook that a path or a lesson's name means."""
    path = Path(word)
    return path if path.suffix == ".ipynb" and path.is_file() else find_lesson(word, project)


def _failure(path: Path, begun: Sequence[str], reason: str) -> UserError:
    """Name the last cell that was begun: the one that failed."""
    cell = f"cell {begun[-1]}" if begun else "the start"
    return UserError(
        f"{path.name}: {cell} failed: {reason}\n"
        "The file is as it was. Mend the cell, or tag it raises-exception if the error teaches."
    )
