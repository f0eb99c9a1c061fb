"""With its exercises solved, a lesson is correct throughout and shows what it has stored."""

from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from course_utils.command.instructor.copies import solved_copy
from tests.notebooks.test_exercise_cells import FIRST, check_call, name_of, sample, starters
from tests.support.exercises import EXERCISES
from tests.support.lessons import PATHS, code_cells, nothing_in, read, tags
from tests.support.machines import AVX2, HERE, X86, Machine, differences, replay


def verdicts(notebook: NotebookNode, shown: dict) -> Iterator[str]:
    """What goes wrong in a solved notebook, from what its cells showed."""
    calls = {check_call(name): name for name in starters(notebook)}
    for cell in code_cells(notebook):
        output = shown[cell.id]
        if "error" in output and "raises-exception" not in tags(cell):
            yield f"{cell.id}: {output['error'][0]}"
        if name := calls.pop(cell.source.split("\n")[-1], None):
            says = output.get("text/plain", ["nothing"])[0]
            if not says.startswith("Correct: "):
                yield f"{name}: {says}"
    yield from (f"{name}: is never checked" for name in calls.values())


def replayed(machine: Machine, folder: Path, notebooks: dict[str, NotebookNode]) -> dict:
    paths = [folder / f"{stem}.ipynb" for stem in notebooks]
    for path in paths:
        nbformat.write(notebooks[path.stem], path)
    return replay(machine, paths, folder)


def test_with_all_solutions_put_in_lessons_are_correct_and_show_what_is_stored(tmp_path):
    """On a machine with AVX2, where this one can be it: the most common kind."""
    lessons = {path.stem: read(path) for path in PATHS}
    solved = {stem: solved_copy(lesson) for stem, lesson in lessons.items()}
    shown = replayed(AVX2 if X86 else HERE, tmp_path, solved)
    for stem, lesson in lessons.items():
        nothing_in(f"{stem}: {problem}" for problem in verdicts(solved[stem], shown[stem]))
        lesson.cells = [cell for cell in lesson.cells if not _is_about_an_exercise(cell)]
        nothing_in(f"{stem}: {problem}" for problem in differences(lesson, shown[stem]))


def _is_about_an_exercise(cell: NotebookNode) -> bool:
    calls = [check_call(name) for name in EXERCISES]
    return bool(name_of(cell)) or cell.source.split("\n")[-1] in calls


def test_an_unsolved_notebook_a_failing_cell_and_a_missing_check_are_reported(tmp_path):
    unsolved, failing, unchecked = sample(), solved_copy(sample()), solved_copy(sample())
    failing.cells.append(new_code_cell("1 / 0", id="broken"))
    del unchecked.cells[-1]
    notebooks = {"unsolved": unsolved, "failing": failing, "unchecked": unchecked}
    shown = replayed(HERE, tmp_path, notebooks)
    found = {stem: list(verdicts(notebooks[stem], shown[stem])) for stem in notebooks}
    assert found["unsolved"][0].startswith(f"{FIRST.name}: Not started")
    assert found["failing"] == ["broken: ZeroDivisionError: division by zero"]
    assert found["unchecked"] == [f"{FIRST.name}: is never checked"]
