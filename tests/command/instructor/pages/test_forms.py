"""What a page is made of: the stored lesson, a work sheet, a solved lesson; frames of a kernel."""

import base64
import json
import zlib

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, writes

from course_utils.command.instructor.handout import handout_pages
from course_utils.command.instructor.pages.forms import FRAMES, page_notebooks, worksheet

EXPLORER = """
from course_utils.lessons.backprop import NeuronStepper
print("shown")
NeuronStepper()
"""


def asked(text, name="sum-meaning"):
    [cell] = worksheet(new_notebook(cells=[new_markdown_cell(text, id=name)])).cells
    return cell.source


@pytest.mark.parametrize(
    ("answer", "stays"),
    [
        ("It is 3.", ""),
        ("It is 3. Why? And 4?", "Why? And 4?"),
        ("Is it 3?", "Is it 3?"),
        ("It is 3.\n\nNow take four. What is the sum?", "Now take four. What is the sum?"),
        ("Why?\n\nSince it is 3.", ""),
        ("It is 2.5. Why?", "Why?"),
    ],
)
def test_a_work_sheet_asks_and_does_not_answer(answer, stays):
    assert asked(answer) == stays
    assert asked(answer, "explorer-answer-half") == stays
    assert asked(answer, "sum-question") == answer


@pytest.mark.parametrize(
    ("question", "text", "stays"),
    [
        ("How many?", "Eight: all but the two of `conv1`. It is the first.", "It is the first."),
        ("How many?", "Eight. *Pooling* keeps one.", "*Pooling* keeps one."),
        ("How many?", "*Pooling* keeps one. Try it.", "*Pooling* keeps one. Try it."),
        ("How many?", "Now move it. Why?", "Now move it. Why?"),
        ("How many?", "## Now\n\nEight. So it is.", "## Now\n\nEight. So it is."),
        ("There are many.", "Eight. So it is.", "Eight. So it is."),
    ],
)
def test_a_text_that_goes_on_does_not_answer_first(question, text, stays):
    shown = new_code_cell("1", outputs=[new_output("stream", name="stdout", text="8")])
    cells = [new_markdown_cell(question), shown, new_markdown_cell(text, id="next-question")]
    assert worksheet(new_notebook(cells=cells)).cells[-1].source == stays
    shown.outputs = []
    assert worksheet(new_notebook(cells=cells)).cells[-1].source == text


def test_a_heading_stays_whatever_its_cell_is_called():
    assert asked("## The sum\n\nIt is 3.") == "## The sum\n\nIt is 3."


def test_a_work_sheet_shows_nothing_but_explorers_and_has_room_to_write():
    output = new_output("stream", name="stdout", text="3")
    cells = [
        new_markdown_cell("# Title", id="title"),
        new_code_cell("1 + 2", id="sum", outputs=[output]),
        new_markdown_cell("It is 3.", id="sum-meaning"),
        new_code_cell("x", id="x", outputs=[output], metadata={FRAMES: "eJw"}),
    ]
    page = handout_pages({"00": worksheet(new_notebook(cells=cells))})["00.html"]
    assert "It is 3" not in page
    assert page.count('class="output') == 1
    assert '<div class="blank"></div>' in page
    assert len(cells[1].outputs) == 1


@pytest.mark.parametrize("form", ["read", "solved"])
def test_frames_are_printed_in_a_kernel_and_nothing_else_changes(tmp_path, form):
    stored = new_output("display_data", data={"text/plain": "Controls: step."})
    cells = [
        new_markdown_cell("# Title", id="title"),
        new_code_cell(EXPLORER.strip(), id="neuron", outputs=[stored]),
        new_code_cell("1 + 2" if form == "solved" else "raise SystemExit", id="sum"),
    ]
    path = tmp_path / "00_neuron.ipynb"
    path.write_text(writes(new_notebook(cells=cells)), encoding="utf-8")
    _, neuron, total = page_notebooks([path], form, run=True)["00_neuron"].cells
    frames = json.loads(zlib.decompress(base64.b64decode(neuron.metadata[FRAMES])))
    assert [control["name"] for control in frames["controls"]] == ["step", "x", "w", "b", "target"]
    assert FRAMES not in total.metadata
    if form == "read":
        assert neuron.outputs == [stored]
        assert total.outputs == []
    else:
        assert [one.get("text", "") for one in neuron.outputs] == ["shown\n", "", ""]
        assert total.outputs[0].data == {"text/plain": "3"}
