"""The handout in Chromium with the network off: complete, drawn, accessible, light and dark."""

from urllib.parse import urlsplit

import nbformat
import pytest

from course_utils.command.instructor.handout import handout_pages
from tests.browser import lab
from tests.browser.conftest import NOTEBOOKS, violations


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    out = tmp_path_factory.mktemp("handout")
    books = {path.stem: nbformat.read(path, as_version=4) for path in NOTEBOOKS}
    for name, page in handout_pages(books).items():
        (out / name).write_text(page, encoding="utf-8")
    return out


@pytest.fixture(scope="module")
def page(chromium):
    with lab.new_page(chromium) as page:
        page.context.set_offline(True)
        yield page


@pytest.fixture(scope="module", params=[*(path.stem for path in NOTEBOOKS), "index"])
def opened(request, folder, page):
    """A page of the handout, and the addresses that it asked for."""
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.problems.clear()
    page.goto((folder / f"{request.param}.html").as_uri())
    return page, asked


def test_nothing_is_asked_for_and_nothing_goes_wrong(opened):
    page, asked = opened
    assert [url for url in asked if urlsplit(url).scheme not in ("file", "data")] == []
    assert [url for url in asked if urlsplit(url).scheme == "file"] == [page.url]
    assert page.problems == []


def test_every_picture_and_formula_is_drawn(opened):
    page, _ = opened
    pictures = page.eval_on_selector_all("img", "all => all.map(i => [i.naturalWidth, i.alt])")
    assert all(width > 0 and alt for width, alt in pictures)
    sizes = page.eval_on_selector_all(
        "math", "all => all.map(m => m.getBoundingClientRect()).map(box => [box.width, box.height])"
    )
    assert all(width > 5 and height > 5 for width, height in sizes)


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_is_wider_than_the_window(opened, width):
    page, _ = opened
    page.set_viewport_size({"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_code_that_wraps_goes_on_under_its_indent_and_is_copied_as_it_is(page):
    page.set_viewport_size({"width": 390, "height": 800})
    code = nbformat.v4.new_code_cell("def f(x):\n    if x:\n\n        return " + "x + " * 20 + "x")
    cells = [nbformat.v4.new_markdown_cell("# Code"), code]
    pages = handout_pages({"code": nbformat.v4.new_notebook(cells=cells)})
    page.set_content(pages["code.html"])
    line = page.locator(".line").last
    lefts = line.evaluate(
        "e => { const range = document.createRange(); range.selectNodeContents(e);"
        "return [...range.getClientRects()].filter(r => r.width > 1).map(r => r.left) }"
    )
    code = line.locator("xpath=ancestor::code")
    assert len(lefts) > 2
    edge = code.bounding_box()["x"]
    assert abs(lefts[0] - edge) < 2
    assert min(lefts[1:]) > edge + 40
    copied = code.evaluate(
        "e => { getSelection().selectAllChildren(e); return `${getSelection()}` }"
    )
    assert copied.strip() == code.evaluate("e => e.textContent").strip()


def test_a_page_is_accessible(opened, axe):
    page, _ = opened
    but_colours = {"color-contrast": {"enabled": False}}  # they take three quarters of the time
    assert violations(axe, page, "html", rules=but_colours) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_have_contrast(folder, page, axe, scheme):
    """One lesson has them all: code, errors, verdicts, notes, tables, links, an exercise."""
    page.goto((folder / f"{NOTEBOOKS[1].stem}.html").as_uri())
    page.emulate_media(color_scheme=scheme)
    assert page.locator(".error, .note, .exercise, table, figcaption, .output [role]").count() > 9
    assert violations(axe, page, "html", runOnly=["color-contrast"]) == []


def test_links_lead_to_pages_that_are_there(folder, page):
    for path in sorted(folder.glob("*.html")):
        page.goto(path.as_uri())
        hrefs = page.eval_on_selector_all("a[href]", "all => all.map(a => a.getAttribute('href'))")
        inside = [href for href in hrefs if not href.startswith(("http", "#"))]
        assert [href for href in inside if not (folder / href.partition("#")[0]).is_file()] == []
        here = [href[1:] for href in hrefs if href.startswith("#")]
        assert page.evaluate("all => all.filter(id => !document.getElementById(id))", here) == []
