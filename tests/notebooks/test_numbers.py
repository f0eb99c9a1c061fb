"""Numbers in a lesson's text are computed in the lesson, and claims keep their words."""

import re
from collections.abc import Iterable, Iterator

import pytest
from nbformat import NotebookNode

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
        text = cell.source.partition("# Further reading")[0]
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


@every_lesson
def test_every_long_number_in_the_text_is_computed_in_the_lesson(path):
    elsewhere = FROM_ELSEWHERE.get(path.stem, {})
    nothing_in(unproven_numbers(read(path), elsewhere, claimed_words(path.stem)))


def test_the_sample_keeps_its_promises():
    nothing_in(unproven_numbers(sample(), {}))


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


def test_a_claim_is_held_to_the_words_of_its_cell():
    claim = claims_of(PATHS[0].stem)
    claim("title", "# Start here")
    with pytest.raises(AssertionError, match="no longer says: End here"):
        claim("title", "End here")
    with pytest.raises(AssertionError, match="no text cell `nowhere`"):
        claim("nowhere", "Start")
