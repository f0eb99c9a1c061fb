"""The exercises in the notebooks: each in one place, untouched as delivered, right when solved."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from course_utils.command.instructor.copies import solved_copy
from tests.support.exercises import EXERCISES
from tests.support.lessons import (
    PATHS,
    code_cells,
    every_lesson,
    nothing_in,
    output_texts,
    read,
    tags,
)
from tests.support.machines import AVX2, HERE, X86, Machine, differences, replay

HEADING = re.compile(r"### Exercise: \S.*")
EFFORT = re.compile(r"^(●○○|●●○|●●●) \d+ minutes\. ", re.M)


def name_of(cell: NotebookNode) -> str | None:
    """The exercise whose starter a cell holds."""
    return cell.metadata.get("course", {}).get("exercise")


def starters(notebook: NotebookNode) -> dict[str, int]:
    """The place of each exercise's starter among the cells."""
    return {name: i for i, cell in enumerate(notebook.cells) if (name := name_of(cell))}


def check_call(name: str) -> str:
    return f"{name}.check({EXERCISES[name].starter.name})"


def problems(notebook: NotebookNode) -> Iterator[str]:
    """What is wrong with the cells of a notebook's exercises."""
    for cell in notebook.cells:
        if ("exercise" in tags(cell)) != bool(name_of(cell)):
            yield f"{cell.id}: the tag `exercise` and metadata.course.exercise go together"
    for name, i in starters(notebook).items():
        if name not in EXERCISES:
            yield f"{name}: is no exercise of the package"
        else:
            yield from _around(name, notebook.cells, i)


def _around(name: str, cells: list[NotebookNode], i: int) -> Iterator[str]:
    task, starter = cells[i - 1], cells[i]
    check = next((cell for cell in cells[i + 1 : i + 3] if cell.cell_type == "code"), None)
    if starter.source != EXERCISES[name].starter.source:
        yield f"{name}: the cell's starter is not the exercise's"
    if not HEADING.match(task.source):
        yield f"{name}: the cell before the starter is no `### Exercise: …`"
    elif not EFFORT.search(task.source):
        yield f"{name}: its task does not begin with the difficulty, `●○○ 3 minutes.`"
    if check is None or check.source.split("\n")[-1] != check_call(name):
        yield f"{name}: is not followed by a cell that ends in `{check_call(name)}`"
        return
    if not any(text.startswith("Not started: ") for text in output_texts(check)):
        yield f"{name}: its stored verdict is not *not started*"
    if not any(f"{name}.hint()" in cell.source for cell in cells[i - 1 : i + 9]):
        yield f"{name}: nothing says that `{name}.hint()` helps"


@every_lesson
def test_exercises_stand_in_the_notebook_as_they_should(path):
    nothing_in(problems(read(path)))


def test_every_exercise_has_exactly_one_place():
    places = Counter(
        name for path in PATHS for name in map(name_of, code_cells(read(path))) if name
    )
    nothing_in(
        f"{name}: stands in {places[name]} notebooks"
        for name in sorted({*EXERCISES, *places})
        if places[name] != 1
    )


@every_lesson
def test_no_two_answers_of_a_lesson_have_one_name(path):
    names = Counter(EXERCISES[name].starter.name for name in starters(read(path)))
    assert [name for name, count in names.items() if count > 1] == []


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


# The tests bite, on a small notebook made for them.

FIRST = next(iter(EXERCISES.values()))


def sample() -> NotebookNode:
    starter = new_code_cell(FIRST.starter.source, id="starter")
    starter.metadata.update(tags=["exercise"], course={"exercise": FIRST.name})
    says = new_output("execute_result", data={"text/plain": "Not started: it is the starter."})
    task = f"### Exercise: A first one\n\n●○○ 3 minutes. Do it. `{FIRST.name}.hint()` helps."
    module = FIRST.behaviour.__module__
    check = f"from {module} import {FIRST.name}\n\n{check_call(FIRST.name)}"
    imports = new_code_cell("import torch\nfrom torch import nn", id="imports")
    cells = [imports, new_markdown_cell(task, id="task"), starter]
    return new_notebook(cells=[*cells, new_code_cell(check, id="check", outputs=[says])])


def test_the_sample_is_as_it_should_be():
    nothing_in(problems(sample()))


@pytest.mark.parametrize(
    ("cell", "old", "new", "says"),
    [
        ("task", "### Exercise", "## Exercise", "no `### Exercise"),
        ("task", "●○○ 3 minutes. ", "", "difficulty"),
        ("task", ".hint()", "", "hint()` helps"),
        ("starter", "...", "None", "not the exercise's"),
        ("check", ".check(", ".check(2 + ", "is not followed by"),
    ],
)
def test_a_spoilt_exercise_is_reported(cell, old, new, says):
    notebook = sample()
    found = next(one for one in notebook.cells if one.id == cell)
    assert old in found.source
    found.source = found.source.replace(old, new)
    assert any(says in problem for problem in problems(notebook))


def test_a_stored_verdict_of_another_kind_is_reported():
    notebook = sample()
    notebook.cells[-1].outputs[0].data["text/plain"] = "Correct: yes."
    assert any("not *not started*" in problem for problem in problems(notebook))


def test_a_lost_tag_and_an_unknown_exercise_are_reported():
    notebook = sample()
    notebook.cells[2].metadata["tags"] = []
    assert any("go together" in problem for problem in problems(notebook))
    notebook.cells[2].metadata["course"]["exercise"] = "unknown"
    assert any("no exercise of the package" in problem for problem in problems(notebook))


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
