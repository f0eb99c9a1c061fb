"""What a lesson gives to readers who listen to it, enlarge it or change its colours."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import mistune
import pytest
from nbconvert import HTMLExporter
from nbformat import NotebookNode

from tests.support.lessons import cell_called, every_lesson, nothing_in, read, sample, text_cells

Token = dict[str, Any]

VAGUE = {
    "click here",
    "docs",
    "here",
    "link",
    "more",
    "paper",
    "read more",
    "see here",
    "source",
    "this",
    "this link",
    "this page",
}
EMPTY_ALT = re.compile(r"\.(png|svg|jpe?g|gif)$|^(an? )?(image|figure|plot|picture) of\b", re.I)
FIXED_COLOUR = re.compile(r"\b(background(-color)?|color|fill)\s*[:=]|\bbgcolor\b", re.I)
NO_ALT = re.compile(r"<img(?![^>]*\balt\s*=\s*[\"'][^\"'])", re.I)
NBCONVERT_FOUND_NO_ALT = "No description has been provided for this image"

parse = mistune.create_markdown(renderer="ast", plugins=["table", "strikethrough", "url"])


def tokens(notebook: NotebookNode) -> Iterator[Token]:
    """Every piece of the text cells, outer before inner, in reading order."""
    for cell in text_cells(notebook):
        yield from _walk(parse(cell.source))


def _walk(found: list[Token]) -> Iterator[Token]:
    for token in found:
        yield token
        yield from _walk(token.get("children") or [])


def words(token: Token) -> str:
    return "".join(part.get("raw", "") for part in _walk([token])).strip()


def heading_problems(notebook: NotebookNode) -> Iterator[str]:
    found = [token for token in tokens(notebook) if token["type"] == "heading"]
    levels = [token["attrs"]["level"] for token in found]
    titles = list(map(words, found))
    if levels.count(1) != 1:
        yield f"{levels.count(1)} headings of the first level; there should be 1"
    for above, level, title in zip([0, *levels], levels, titles, strict=False):
        if level > above + 1:
            yield f"the heading level jumps from {above} to {level} at {title!r}"
    for number, title in enumerate(titles):
        if not title:
            yield "a heading is empty"
        elif titles.index(title) != number:
            yield f"the heading {title!r} stands twice: a list of headings cannot tell them apart"


def image_problems(token: Token) -> Iterator[str]:
    alt = words(token)
    if not alt:
        yield f"an image has no alt text: {token['attrs']['url'][:60]}"
    elif EMPTY_ALT.search(alt) or len(alt.split()) < 3:
        yield f"an alt text does not say what the image shows: {alt!r}"


def link_problems(token: Token) -> Iterator[str]:
    text = words(token)
    if text.lower().strip(".… ") in VAGUE or text.startswith(("http:", "https:", "www.")):
        yield f"a link does not say where it leads: {text!r}"
    elif not text and not any(part["type"] == "image" for part in _walk([token])):
        yield f"a link has no text: {token['attrs']['url']}"


def table_problems(token: Token) -> Iterator[str]:
    if not all(map(words, token["children"])):
        yield "a column of a table has no header"


def html_problems(token: Token) -> Iterator[str]:
    if NO_ALT.search(token["raw"]):
        yield f"an HTML image has no alt text: {token['raw'][:60]}"
    if FIXED_COLOUR.search(token["raw"]):
        yield f"HTML fixes a colour, unreadable in one of the themes: {token['raw'][:60]}"


PIECES: dict[str, Callable[[Token], Iterator[str]]] = {
    "image": image_problems,
    "link": link_problems,
    "table_head": table_problems,
    "block_html": html_problems,
    "inline_html": html_problems,
}


def problems(notebook: NotebookNode) -> Iterator[str]:
    yield from heading_problems(notebook)
    for token in tokens(notebook):
        if token["type"] in PIECES:
            yield from PIECES[token["type"]](token)


def exported(notebook: NotebookNode) -> str:
    page, _ = HTMLExporter().from_notebook_node(notebook)
    return page


@every_lesson
def test_the_text_is_accessible(path):
    nothing_in(problems(read(path)))


@every_lesson
def test_every_image_of_the_exported_page_is_described(path):
    assert NBCONVERT_FOUND_NO_ALT not in exported(read(path))


def test_the_sample_is_accessible():
    nothing_in(problems(sample()))
    assert NBCONVERT_FOUND_NO_ALT not in exported(sample())


def test_a_picture_without_a_description_shows_in_the_exported_page():
    notebook = sample()
    cell_called("picture", notebook).outputs[0].data = {"image/png": "AAAA"}
    assert NBCONVERT_FOUND_NO_ALT in exported(notebook)


def with_text(source: str) -> NotebookNode:
    notebook = sample()
    cell_called("sizes", notebook).source = source
    return notebook


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("#### Skip", "jumps from 2 to 4"),
        ("# Another title", "2 headings of the first level"),
        ("## You need", "stands twice"),
        ("## ", "a heading is empty"),
        ("![](kernel.png)", "has no alt text"),
        ("![kernel.png](kernel.png)", "does not say what the image shows"),
        ("![Plot of the loss over steps](loss.png)", "does not say what the image shows"),
        ("![Loss curve](loss.png)", "does not say what the image shows"),
        ("[here](https://pytorch.org)", "does not say where it leads"),
        ("[Read more…](https://pytorch.org)", "does not say where it leads"),
        ("https://pytorch.org", "does not say where it leads"),
        ("<https://pytorch.org>", "does not say where it leads"),
        ("[](https://pytorch.org)", "a link has no text"),
        ("| layer | |\n|-|-|\n| conv1 | 156 |", "has no header"),
        ("<img src='kernel.png'>", "HTML image has no alt"),
        ("<img alt='' src='kernel.png'>", "HTML image has no alt"),
        ("A <span style='color: red'>weight</span>", "fixes a colour"),
        ("<div style='background:#fff'>\n\nNote\n\n</div>", "fixes a colour"),
        ("<font color='blue'>bias</font>", "fixes a colour"),
    ],
)
def test_an_inaccessible_text_is_reported(text, says):
    complaints = list(problems(with_text(text)))
    assert any(says in complaint for complaint in complaints), complaints


@pytest.mark.parametrize(
    "text",
    [
        "### Detail\n\n## Next",
        "![A 5 by 5 kernel lies over a digit](kernel.png)",
        "[PyTorch's tutorial on networks](https://pytorch.org)",
        "| layer | size |\n|-|-|\n| conv1 | 156 |",
        "<details><summary>Answer</summary>156</details>",
        "The colour: blue. `color: red` is code.",
    ],
)
def test_an_accessible_text_is_accepted(text):
    nothing_in(problems(with_text(text)))
