"""The handout: all that a lesson says, nothing else, and nothing from outside."""

import copy
import json
import re
from functools import cache

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from course_utils.checks.feedback import NOT_STARTED, NOT_YET, VERDICT, Feedback
from course_utils.command.instructor.handout import handout_pages, make_handout, mathml
from course_utils.command.project import Project, UserError
from tests.notebooks.test_accessibility import tokens
from tests.support.lessons import (
    ROOT,
    alt_texts,
    cell_called,
    code_cells,
    every_lesson,
    read,
    sample,
    text_cells,
)

LESSON = "notebooks/01_define.ipynb"
MATH = re.compile(r"\$\$.+?\$\$|\$[^$\n]+?\$", re.DOTALL)
TAG = re.compile(r"<[^>]*>")
CODE = re.compile(r"(```.*?```|`[^`\n]+`)", re.DOTALL)


def page_of(notebook, name="00_sample", **others):
    return BeautifulSoup(handout_pages({name: notebook, **others})[f"{name}.html"], "html.parser")


@cache
def page_at(path):
    """The page of a lesson, for all tests; none may change it."""
    return page_of(read(path), path.stem)


def letters(text):
    """Letters and digits alone: where words begin and end, the two readers of Markdown differ."""
    return "".join(re.findall(r"\w", text))


def written(cell):
    """The letters of a text cell but for its formulas, read from its Markdown."""
    parts = CODE.split(cell.source)
    prose = "".join(part if i % 2 else MATH.sub(" ", part) for i, part in enumerate(parts))
    pieces = tokens(new_notebook(cells=[new_markdown_cell(prose)]))
    raw = [(piece["type"], piece.get("raw", "")) for piece in pieces]
    return letters("".join(TAG.sub("", text) if "html" in kind else text for kind, text in raw))


def shown(element):
    """The letters of a page's element but for its formulas."""
    element = copy.copy(element)
    for formula in element.find_all("math"):
        formula.decompose()
    return letters(element.get_text(" "))


def output_text(output):
    """What a reader sees of an output, beside pictures."""
    if output.output_type == "stream":
        return output.text
    if output.output_type == "error":
        return f"{output.ename}: {output.evalue}"
    if "text/html" in output.data:
        return BeautifulSoup(output.data["text/html"], "html.parser").get_text(" ")
    return output.data["text/plain"]


def is_blank(output):
    return output.get("data", {}).get("text/plain", "").startswith("Not started: ")


@every_lesson
def test_a_page_says_what_the_lesson_says_in_its_order(path):
    lesson, page = read(path), page_at(path)
    assert list(map(shown, page.select("main > .text"))) == list(map(written, text_cells(lesson)))
    codes = [code.get_text() for code in page.select("pre.code")]
    assert codes == [cell.source for cell in code_cells(lesson)]
    outputs = [output for cell in code_cells(lesson) for output in cell.outputs]
    assert [letters(output.get_text(" ")) for output in page.select(".output")] == [
        letters(output_text(output)) for output in outputs if not is_blank(output)
    ]


@every_lesson
def test_every_picture_of_a_lesson_is_in_its_page_with_its_description(path):
    cells = code_cells(read(path))
    markup = [one.get("data", {}).get("text/html", "") for cell in cells for one in cell.outputs]
    described = [alt for text in markup for alt in alt_texts(text)]
    images = page_at(path).select("img")
    assert described
    assert [image["alt"] for image in images] == described
    assert all(image["src"].startswith("data:image/") for image in images)


@every_lesson
def test_a_page_is_sound_and_loads_nothing(path):
    page = page_at(path)
    ids = [element["id"] for element in page.select("[id]")]
    assert len(ids) == len(set(ids))
    assert not any(" " in name for name in ids)
    assert page.title.get_text() == page.h1.get_text()
    targets = [link["href"][1:] for link in page.select("nav.contents a")]
    assert targets == [heading["id"] for heading in page.select("main h2, main h3")]
    assert page.select("link, iframe, object, embed, [src]:not(img), [style*=url]") == []
    assert len(page.select("script")) == 1


@every_lesson
def test_every_formula_of_a_lesson_becomes_mathml(path):
    page, texts = page_at(path), [CODE.sub("", cell.source) for cell in text_cells(read(path))]
    formulas = [formula for text in texts for formula in MATH.findall(text)]
    drawn = page.select("math")
    displays = ["block" if formula.startswith("$$") else "inline" for formula in formulas]
    assert [formula["display"] for formula in drawn] == displays
    assert [formula for formula in drawn if {"\\", "&"} & set(formula.get_text())] == []


def test_pages_lead_to_their_neighbours_and_the_index_to_all():
    second = sample()
    second.cells[0].source = "# Sum & compare"
    second.metadata.course.minutes = 20
    pages = handout_pages({"00_count": sample(), "01_sum": second})
    index = BeautifulSoup(pages["index.html"], "html.parser")
    assert [(link["href"], link.get_text()) for link in index.select("h2 a")] == [
        ("00_count.html", "00 Count the weights"),
        ("01_sum.html", "01 Sum & compare"),
    ]
    assert (ROOT / "README.md").read_text(encoding="utf-8").startswith(f"# {index.h1.get_text()}\n")
    minutes = [part.get_text().split(".")[0] for part in index.select("ol > li > p")]
    assert minutes == ["15 minutes", "20 minutes"]
    aims = [aim.get_text() for aim in index.select_one("ol > li").select("ul li")]
    assert aims == sample().metadata.course.objectives
    onward = BeautifulSoup(pages["00_count.html"], "html.parser").select("nav.lessons a")
    assert [link["href"] for link in onward] == ["index.html", "01_sum.html"] * 2


# Formulas, links, outputs.


@pytest.mark.parametrize(
    ("tex", "has", "has_not"),
    [
        (r"\text{fan\_in}", "<mtext>fan_in</mtext>", "\\"),
        (r"\ln p", '<mi>ln</mi><mspace width="0.167em"/>', "\\"),
        (r"\exp(p)", "<mi>exp</mi><mo", "mspace"),
        (r"\log_2 p", "<msub><mi>log</mi><mn>2</mn></msub>", "mspace"),
        (r"\begin{aligned} m &= 1 \\ v &= 2 \end{aligned}", "<mtr><mtd", "&amp;"),
    ],
)
def test_what_the_library_draws_badly_is_mended(tex, has, has_not):
    assert has in mathml(tex)
    assert has_not not in mathml(tex)


def text_of(source):
    cells = [new_markdown_cell("# Title"), new_markdown_cell(source)]
    return page_of(new_notebook(cells=cells), **{"01_define": sample()}).select("main > .text")[1]


def test_formulas_stand_in_lists_tables_and_headings_and_no_dollar_of_code_is_one():
    text = text_of(
        "## The loss $L$\n\n- $a$\n\n| $b$ |\n|-|\n| $c$ |\n\nIt costs `$5` or \\$6 `$`."
    )
    assert [formula.get_text() for formula in text.select("math")] == ["L", "a", "b", "c"]
    assert text.get_text().count("$") == 3


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("[Define](01_define.ipynb)", "01_define.html"),
        ("[Shapes](01_define.ipynb#Shapes)", "01_define.html#Shapes"),
        ("[PyTorch](https://pytorch.org)", "https://pytorch.org"),
        ("[A notebook](https://example.org/a.ipynb)", "https://example.org/a.ipynb"),
        ("[Above](#Shapes)", "#Shapes"),
    ],
)
def test_links_between_lessons_become_links_between_pages(source, target):
    assert text_of(source).a["href"] == target


def test_a_link_to_a_lesson_without_a_page_leads_nowhere():
    text = text_of("See [*Loss*](03_loss.ipynb).")
    assert "href" not in text.a.attrs
    assert text.get_text().strip() == "See Loss."


def outputs(*found):
    cells = [new_markdown_cell("# Title"), new_code_cell("x", outputs=list(found))]
    return page_of(new_notebook(cells=cells)).select(".output")


def test_links_under_a_picture_lead_to_pages_too():
    link = '<a href="00_sample.ipynb">Above</a>'
    [shown] = outputs(new_output("display_data", data={"text/html": link}))
    assert shown.a["href"] == "00_sample.html"


def test_text_is_shown_as_it_is():
    [value, note, printed, error] = outputs(
        new_output("execute_result", data={"text/plain": "<b>&amp;"}),
        new_output("display_data", data={"text/plain": "Controls: epoch."}),
        new_output("stream", name="stdout", text=" 1\n 2\n"),
        new_output("error", ename="ValueError", evalue="a < b\x1b[0m", traceback=["frames"]),
    )
    assert value.get_text() == "<b>&amp;"
    assert "note" in note["class"]
    assert printed.get_text() == " 1\n 2"
    assert error.get_text() == "ValueError: a < b"


def test_of_verdicts_only_those_that_say_something_are_shown():
    made = [Feedback(status, "", f"It is {status}.", "ink") for status in (NOT_STARTED, NOT_YET)]
    bundles = [one._repr_mimebundle_() | {"text/html": one._repr_html_()} for one in made]
    assert VERDICT in bundles[0]
    [shown] = outputs(*[new_output("execute_result", data=bundle) for bundle in bundles])
    assert shown.get_text() == "Not yet: It is not yet."


def test_code_that_wraps_knows_its_indent():
    source = 'def f(x):\n\n    """Two\n  lines."""\n    return x'
    cells = [new_markdown_cell("# Title"), new_code_cell(source)]
    code = page_of(new_notebook(cells=cells)).select_one(".code")
    assert code.get_text() == source
    indents = [line["style"] for line in code.select(".line")]
    assert indents == [f"--indent:{n}" for n in (0, 0, 4, 2, 4)]


def test_the_notebooks_are_left_as_they_were():
    notebook = sample()
    page_of(notebook)
    assert notebook == sample()


def test_nothing_is_written_if_one_lesson_fails(tmp_path):
    project = Project(tmp_path)
    project.notebooks.mkdir()
    bad = sample()
    cell_called("sizes", bad).source = r"$\left( x$"
    for name, notebook in {"00_good": sample(), "01_bad": bad}.items():
        (project.notebooks / f"{name}.ipynb").write_text(
            nbformat.writes(notebook), encoding="utf-8"
        )
    with pytest.raises(UserError, match=r"^The formula \\left\( x cannot be drawn: Extra"):
        make_handout(tmp_path / "out", run=False, project=project)
    assert not (tmp_path / "out").exists()
    assert make_handout(tmp_path / "out", ["00"], run=False, project=project) == 0
    assert (tmp_path / "out" / "00_good.html").exists()


def test_a_search_finds_every_section_where_it_stands():
    pages = handout_pages({"00_sample": sample(), "01_define": read(ROOT / LESSON)})
    sections = json.loads(pages["search.js"].partition(" = ")[2].rstrip(";\n"))
    for section in sections:
        name, _, anchor = section["href"].partition("#")
        assert BeautifulSoup(pages[name], "html.parser").find(id=anchor).name[0] == "h"
    [sizes] = [one for one in sections if one["title"] == "Why 16 · 5 · 5"]
    assert sizes["page"] == "Define the network"
    assert "A kernel of size 5 has" in sizes["text"]


def test_the_script_of_a_page_is_that_of_the_lessons_controls():
    script = page_of(sample()).select_one("script").string
    for file in ("range.js", "pointer.js", "keys.js"):
        source = (ROOT / "course_utils/controls" / file).read_text(encoding="utf-8")
        assert source.partition("export default")[0] in script
    assert "export" not in script


def test_the_glossary_has_a_page_of_its_own(tmp_path):
    project = Project(tmp_path)
    project.notebooks.mkdir()
    (tmp_path / "docs").mkdir()
    nbformat.write(sample(), project.notebooks / "00_sample.ipynb")
    text = "# Glossary\n\n## Loss\n\n[Here](../notebooks/00_sample.ipynb#Sizes)"
    (tmp_path / "docs" / "GLOSSARY.md").write_text(text, encoding="utf-8")
    make_handout(tmp_path / "out", run=False, project=project)
    page = (tmp_path / "out" / "glossary.html").read_text(encoding="utf-8")
    assert 'href="00_sample.html#Sizes"' in page
    index = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert 'href="glossary.html"' in index
    assert "None minutes" not in index
    assert "course_utils start" not in page
