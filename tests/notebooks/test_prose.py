"""What the text of a lesson promises: its numbers are computed in it, its frame is complete."""

import re
import statistics
from collections.abc import Callable, Iterable, Iterator

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from tests.support.claims import claimed_words, claims_of
from tests.support.lessons import (
    PATHS,
    cell_called,
    code_cells,
    every_lesson,
    nothing_in,
    output_texts,
    read,
    sample,
    text_cells,
)

FROM_ELSEWHERE: dict[str, dict[str, str]] = {
    "02_parameters": dict.fromkeys(
        ("2020", "0.0769", "0.1520", "0.0007"), "the output printed in 2020, without a seed"
    ),
    "03_loss": dict.fromkeys(("2020", "1.1126"), "the loss printed in 2020, without a seed"),
    "04_backprop": dict.fromkeys(
        ("2020", "0.0031", "0.0053"), "the gradient printed in 2020, without a seed"
    ),
}
"""Numbers that a lesson names but cannot compute, by the notebook's stem, each with its reason."""

DIGITS_THAT_DRIFT = 3  # a number with fewer digits is a count or a size that the reader can see
NUMBER = re.compile(r"(?<![A-Za-z_\d.])\d+(?:\.\d+)?")
THOUSANDS = re.compile(r"(?<=\d)[,_\u00a0\u2009\u202f](?=\d{3}(?!\d))")
BETWEEN_FACTORS = re.compile(r"(?<=\d)[x×·*](?=\d)")
TAG = re.compile(r"<[^>]*>")
NOT_READ = re.compile(
    r"\\color\{[^}]*\}|<[^>]*>|(?<=\]\()[^)\s]*|https?://\S+|^\[[^\]]+\]:.*$", re.MULTILINE
)
HEADING = re.compile(r"^(#{1,6}) +(.+?) *#*$", re.MULTILINE)
OPENING = re.compile(r"^(?:#{2,6} +|\*\*)(You will|You need)\b", re.MULTILINE | re.IGNORECASE)
EFFORT = re.compile(r"^[●○]{3} (\d+) minutes\. ", re.MULTILINE)
MINUTES = re.compile(r"(\d+)[ \u00a0](?:minutes|min)\b")
CLOSING = ["In practice", "Further reading"]


def numbers(text: str) -> set[str]:
    """The numbers in a text, as written, but for the marks between thousands.

    >>> sorted(numbers("61,706 = 48 120 + …; 400x120; conv1; 77.8 %"))
    ['120', '400', '48', '61706', '77.8']
    """
    return set(NUMBER.findall(BETWEEN_FACTORS.sub(" ", THOUSANDS.sub("", text))))


def long_numbers(text: str) -> set[str]:
    return {
        number for number in numbers(text) if sum(map(str.isdigit, number)) >= DIGITS_THAT_DRIFT
    }


def prose(notebook: NotebookNode) -> Iterator[tuple[str, str]]:
    """The text that a reader reads, by cell id: no link targets, nothing from Further reading."""
    for cell in text_cells(notebook):
        text = cell.source.partition(f"# {CLOSING[1]}")[0]
        yield cell.id, NOT_READ.sub("", text)


def computed(notebook: NotebookNode) -> set[str]:
    """The numbers in the code and the outputs of a notebook."""
    found: set[str] = set()
    for cell in code_cells(notebook):
        found |= numbers(cell.source)
        for text in output_texts(cell):
            found |= numbers(TAG.sub(" ", text))
    return found


def unproven_numbers(
    notebook: NotebookNode, elsewhere: dict[str, str], claimed: Iterable[str] = ()
) -> Iterator[str]:
    named: set[str] = set()
    proven = computed(notebook).union(*map(numbers, claimed))
    for name, text in prose(notebook):
        named |= long_numbers(text)
        for number in sorted(long_numbers(text) - proven - set(elsewhere)):
            yield f"{name}: {number} is in no output and no code of this notebook: compute it"
    for number in sorted(set(elsewhere) - (named - proven)):
        yield f"{number} is listed in FROM_ELSEWHERE without need"


def headings(notebook: NotebookNode) -> list[tuple[int, str]]:
    without_code = [
        re.sub(r"```.*?```", "", cell.source, flags=re.S) for cell in text_cells(notebook)
    ]
    found = [match.groups() for text in without_code for match in HEADING.finditer(text)]
    return [(len(marks), title) for marks, title in found]


def title(notebook: NotebookNode) -> Iterator[str]:
    first = notebook.cells[0]
    if first.cell_type != "markdown" or not first.source.startswith("# "):
        yield "the first cell should be text that begins with the title, `# …`"
    if [level for level, _ in headings(notebook)].count(1) != 1:
        yield "there should be one heading of the first level: the title"


def opening(notebook: NotebookNode) -> Iterator[str]:
    found = OPENING.findall(_opening_text(notebook))
    if [words.capitalize() for words in found] != ["You will", "You need"]:
        yield f"the first text cells should say `You will`, then `You need`; they say {found}"


def _opening_text(notebook: NotebookNode) -> str:
    """The text cells before the first code cell."""
    first_code = [cell.cell_type for cell in notebook.cells].index("code")
    return "\n".join(cell.source for cell in notebook.cells[:first_code])


def closing(notebook: NotebookNode) -> Iterator[str]:
    sections = [words for level, words in headings(notebook) if level == 2]
    while sections and sections[-1].startswith("Appendix: "):
        sections.pop()
    if sections[-2:] != CLOSING:
        yield f"before any appendix the last two sections should be {CLOSING}, not {sections[-2:]}"


def objectives(notebook: NotebookNode) -> Iterator[str]:
    listed = notebook.metadata.get("course", {}).get("objectives", [])
    if not 3 <= len(listed) <= 5 or not all(isinstance(words, str) and words for words in listed):
        yield f"`metadata.course.objectives` should list three to five sentences, not {listed}"


def minutes(notebook: NotebookNode) -> Iterator[str]:
    planned = notebook.metadata.get("course", {}).get("minutes")
    if not isinstance(planned, int):
        yield f"`metadata.course.minutes` should be a whole number, not {planned!r}"
    said = [int(number) for number in MINUTES.findall(_opening_text(notebook))]
    doing = sum(int(n) for cell in text_cells(notebook) for n in EFFORT.findall(cell.source))
    if said != [planned, *([doing] if doing else [])]:
        yield (
            f"the opening says {said} minutes, `metadata.course.minutes` {planned}, and the "
            f"exercises take {doing}"
        )


def rhythm(notebook: NotebookNode) -> Iterator[str]:
    lines = [len(cell.source.splitlines()) for cell in code_cells(notebook)]
    words = [len(cell.source.split()) for cell in text_cells(notebook)]
    if (median := statistics.median(lines)) > 3:
        yield f"half of the code cells have {median} lines or more; 3 are enough to show one thing"
    if (long := sum(count > 10 for count in lines)) > len(lines) / 10:
        yield f"{long} of {len(lines)} code cells have more than 10 lines; at most a tenth should"
    if (median := statistics.median(words)) > 45:
        yield f"half of the text cells have {median} words or more; 45 are enough between two runs"


FRAME: list[Callable[[NotebookNode], Iterator[str]]] = [
    title,
    opening,
    closing,
    objectives,
    minutes,
    rhythm,
]


def frame_problems(notebook: NotebookNode) -> list[str]:
    return [problem for check in FRAME for problem in check(notebook)]


@every_lesson
def test_every_long_number_in_the_text_is_computed_in_the_lesson(path):
    elsewhere = FROM_ELSEWHERE.get(path.stem, {})
    nothing_in(unproven_numbers(read(path), elsewhere, claimed_words(path.stem)))


@every_lesson
def test_the_frame_of_the_lesson_is_complete(path):
    nothing_in(frame_problems(read(path)))


def test_the_sample_keeps_its_promises():
    nothing_in(unproven_numbers(sample(), {}))
    nothing_in(frame_problems(sample()))


# Numbers bite, and only numbers.


def with_text(source: str) -> NotebookNode:
    notebook = sample()
    cell_called("alone", notebook).source = source
    return notebook


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("It has 61,707 weights.", "61707"),
        ("It has 61 707 weights.".replace(" 7", "\u202f7"), "61707"),
        ("Shape `(1, 256)`", "256"),
        ("`400x120` meets 16x25", "120"),
        ("The share is 77.8 %.", "77.8"),
        ("about 2.302", "2.302"),
        ("no more than 0.05", "0.05"),
        ("as they did in 1998", "1998"),
        ("[in 2020](https://example.org)", "2020"),
        ("| layer | size |\n|-|-|\n| fc1 | 48,121 |", "48121"),
    ],
)
def test_a_number_that_no_cell_computes_is_reported(text, number):
    complaints = list(unproven_numbers(with_text(text), {}))
    assert any(complaint.startswith(f"alone: {number} ") for complaint in complaints), complaints


@pytest.mark.parametrize(
    "text",
    [
        "All 61,706 and all 61706 are the same.",
        "From 2.303 to 0.104 says the picture.",
        "16×5×5 and 6×28×28 and 16·5·5 are products of short numbers.",
        "[a paper](https://example.org/2020/4567) and <https://example.org/12345>",
        '<a id="part-4567"></a>',
        "[paper][1]\n\n[1]: https://example.org/19980101",
        "C3, conv2d, x86_64 and float64 are names.",
        "In 45 minutes, 99 % of 10 digits.",
    ],
)
def test_a_number_that_is_computed_or_short_or_a_name_is_accepted(text):
    nothing_in(unproven_numbers(with_text(text), {}))


def test_a_number_from_elsewhere_is_accepted_where_it_is_listed():
    assert (
        list(unproven_numbers(with_text("Written in 1998."), {"1998": "year of the paper"})) == []
    )


def test_a_number_listed_without_need_is_reported():
    [complaint] = unproven_numbers(sample(), {"1998": "year of the paper"})
    assert complaint == "1998 is listed in FROM_ELSEWHERE without need"


def test_further_reading_may_name_years():
    notebook = sample()
    cell_called("reading", notebook).source += "\n\nLeCun and others, 1998, pages 2278 to 2324."
    nothing_in(unproven_numbers(notebook, {}))


# The frame bites.


def replace(cell: str, old: str, new: str):
    def change(notebook):
        found = cell_called(cell, notebook)
        assert old in found.source
        found.source = found.source.replace(old, new)

    return change


def add_cells(*cells):
    return lambda notebook: notebook.cells.__setitem__(slice(6, 6), cells)


def set_course(**changes):
    return lambda notebook: notebook.metadata.course.update(changes)


LONG_CODE = new_code_cell("\n".join(["x = 1"] * 11))
FRAME_BITES = {
    "no title": (replace("title", "# Count", "Count"), "the title"),
    "two titles": (replace("you-will", "## You will", "# You will"), "one heading of the first"),
    "no promise": (replace("you-will", "## You will", "## You see"), "`You will`, then"),
    "no requirements": (replace("you-need", "## You need", "## Needed"), "`You will`, then"),
    "no practice": (replace("in-practice", "In practice", "Notes"), "last two sections"),
    "no reading": (replace("reading", "Further reading", "Links"), "last two sections"),
    "something after the end": (replace("reading", "[L", "## More\n\n[L"), "last two sections"),
    "no metadata": (lambda notebook: notebook.metadata.pop("course"), "should be a whole number"),
    "no minutes": (replace("you-need", "15 minutes", "a while"), "the opening says []"),
    "other minutes": (replace("you-need", "15 minutes", "20 minutes"), "the opening says [20]"),
    "minutes in words": (set_course(minutes="15"), "should be a whole number"),
    "one objective": (set_course(objectives=["Count"]), "three to five"),
    "six objectives": (set_course(objectives=["Count"] * 6), "three to five"),
    "empty objective": (set_course(objectives=["Count", "Add", ""]), "three to five"),
    "long code everywhere": (
        add_cells(*[new_code_cell("x = 1\n" * 4)] * 20),
        "half of the code cells",
    ),
    "several long cells": (add_cells(LONG_CODE, LONG_CODE), "code cells have more than 10 lines"),
    "long text everywhere": (
        add_cells(*[new_markdown_cell("word " * 46)] * 20),
        "half of the text cells",
    ),
}


@pytest.mark.parametrize(("spoil", "says"), FRAME_BITES.values(), ids=FRAME_BITES.keys())
def test_an_incomplete_frame_is_reported(spoil, says):
    notebook = sample()
    spoil(notebook)
    complaints = frame_problems(notebook)
    assert any(says in complaint for complaint in complaints), complaints


def test_a_claim_is_held_to_the_words_of_its_cell():
    claim = claims_of(PATHS[0].stem)
    claim("title", "# Start here")
    with pytest.raises(AssertionError, match="no longer says: End here"):
        claim("title", "End here")
    with pytest.raises(AssertionError, match="no text cell `nowhere`"):
        claim("nowhere", "Start")
