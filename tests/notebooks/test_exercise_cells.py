"""The exercises in the notebooks: each in one place, untouched as delivered, read by its check."""

import re
from collections import Counter
from collections.abc import Iterator

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

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


def readers(notebook: NotebookNode) -> Iterator[str]:
    """The cells that read the answer of an exercise, apart from its check."""
    for name in starters(notebook):
        answer = EXERCISES[name].starter.name
        for cell in code_cells(notebook):
            is_its_own = name_of(cell) == name or cell.source.split("\n")[-1] == check_call(name)
            if not is_its_own and re.search(rf"\b{answer}\b", cell.source):
                yield f"{cell.id}: reads {answer}, the answer of {name}"


@every_lesson
def test_no_cell_but_its_check_reads_an_answer(path):
    """So a lesson shows the same with its exercises solved; each check leaves no trace."""
    nothing_in(readers(read(path)))


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


def test_a_cell_that_reads_an_answer_is_reported():
    notebook = sample()
    notebook.cells.append(new_code_cell(f"%time print({FIRST.starter.name})", id="more"))
    assert [problem.split(":")[0] for problem in readers(notebook)] == ["more"]
