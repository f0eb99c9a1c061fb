"""The handout in Chromium with the network off: complete, drawn, accessible, light and dark."""

from urllib.parse import urlsplit

import lab
import nbformat
import pytest
from conftest import NOTEBOOKS, violations
from formulas import FORMULAS

from course_utils.desk.handout import handout

SAMPLE = "99_formulas"


def formulas():
    """A lesson with formulas of every kind, on lines of their own and in the text."""
    lines = [f"{name}: $$ {tex} $$ and in the text ${tex}$" for name, tex in FORMULAS.items()]
    text = nbformat.v4.new_markdown_cell("# Formulas\n\n" + "\n\n".join(lines))
    return nbformat.v4.new_notebook(cells=[text])


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    out = tmp_path_factory.mktemp("handout")
    books = {path.stem: nbformat.read(path, as_version=4) for path in NOTEBOOKS}
    for name, page in handout({**books, SAMPLE: formulas()}).items():
        (out / name).write_text(page, encoding="utf-8")
    return out


@pytest.fixture(scope="module")
def page(chromium):
    with lab.new_page(chromium) as page:
        page.context.set_offline(True)
        yield page


@pytest.fixture(scope="module", params=[*(path.stem for path in NOTEBOOKS), SAMPLE, "index"])
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
    assert len(sizes) >= 2 * len(FORMULAS) * page.url.endswith(f"{SAMPLE}.html")


def test_aligned_equations_are_aligned(folder, page):
    page.goto((folder / f"{SAMPLE}.html").as_uri())
    left_sides = page.locator("math[display=block] .ams-align mtd:nth-child(1) > :last-child")
    ends = left_sides.evaluate_all("all => all.map(e => e.getBoundingClientRect().right)")
    assert len(ends) == 2
    assert max(ends) - min(ends) < 1


def test_nothing_is_wider_than_the_window(opened):
    page, _ = opened
    width = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    assert page.evaluate(width)


def test_a_page_is_accessible(opened, axe):
    page, _ = opened
    but_colours = {"color-contrast": {"enabled": False}}  # they take three quarters of the time
    assert violations(axe, page, "html", rules=but_colours) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_have_contrast(folder, page, axe, scheme):
    """One lesson has them all: code, errors, verdicts, notes, tables, links, an exercise."""
    page.goto((folder / "01_define.html").as_uri())
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
