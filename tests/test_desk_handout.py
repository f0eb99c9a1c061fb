"""The handout: all that a lesson says, nothing else, and nothing from outside."""

import copy
import re
from functools import cache

import nbformat
import pytest
from bs4 import BeautifulSoup
from formulas import FORMULAS
from lessons import alt_texts, cell_called, code_cells, every_lesson, read, sample, text_cells
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from test_notebook_accessibility import tokens

from course_utils.command.project import Project as Places
from course_utils.command.project import UserError as Trouble
from course_utils.desk.formulas import mathml
from course_utils.desk.handout import handout, make_handout
from course_utils.desk.pages import Body

MATH = re.compile(r"\$\$.+?\$\$|\$[^$\n]+?\$", re.DOTALL)
TAG = re.compile(r"<[^>]*>")
CODE = re.compile(r"(```.*?```|`[^`\n]+`)", re.DOTALL)


def page_of(notebook, name="00_sample"):
    return BeautifulSoup(handout({name: notebook})[f"{name}.html"], "html.parser")


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


@every_lesson
def test_a_page_says_what_the_lesson_says_in_its_order(path):
    lesson = read(path)
    page = page_at(path)
    assert [shown(text) for text in page.select("main > .text")] == [
        written(cell) for cell in text_cells(lesson)
    ]
    assert [code.get_text() for code in page.select("pre.code")] == [
        cell.source for cell in code_cells(lesson)
    ]
    outputs = [output for cell in code_cells(lesson) for output in cell.outputs]
    assert [letters(output.get_text(" ")) for output in page.select(".output")] == [
        letters(output_text(output)) for output in outputs
    ]


@every_lesson
def test_every_picture_of_a_lesson_is_in_its_page_with_its_description(path):
    lesson = read(path)
    described = [
        alt
        for cell in code_cells(lesson)
        for output in cell.outputs
        for alt in alt_texts(output.get("data", {}).get("text/html", ""))
    ]
    images = page_at(path).select("img")
    assert described
    assert [image["alt"] for image in images] == described
    assert all(image["src"].startswith("data:image/") for image in images)


@every_lesson
def test_a_page_is_sound(path):
    page = page_at(path)
    ids = [element["id"] for element in page.select("[id]")]
    assert len(ids) == len(set(ids))
    assert page.html["lang"] == "en"
    assert len(page.select("h1")) == 1
    assert page.title.get_text() == page.h1.get_text()
    targets = [link["href"][1:] for link in page.select("nav.contents a")]
    assert targets == [heading["id"] for heading in page.select("main h2, main h3")]
    assert page.select("script, link, iframe, [src]:not(img)") == []


def test_the_index_lists_the_lessons_with_minutes_and_objectives():
    second = sample()
    second.cells[0].source = "# Sum & compare"
    second.metadata.course.minutes = 20
    pages = handout({"00_count": sample(), "01_sum": second})
    index = BeautifulSoup(pages["index.html"], "html.parser")
    assert [(link["href"], link.get_text()) for link in index.select("h2 a")] == [
        ("00_count.html", "00 Count the weights"),
        ("01_sum.html", "01 Sum & compare"),
    ]
    minutes = [part.get_text().split(".")[0] for part in index.select("ol > li > p")]
    assert minutes == ["15 minutes", "20 minutes"]
    aims = [aim.get_text() for aim in index.select_one("ol > li").select("ul li")]
    assert aims == sample().metadata.course.objectives
    onward = BeautifulSoup(pages["00_count.html"], "html.parser").select("nav.lessons a")
    assert [link["href"] for link in onward] == ["index.html", "01_sum.html"] * 2


# Formulas.


@pytest.mark.parametrize("tex", FORMULAS.values(), ids=FORMULAS)
def test_formulas_of_the_course_become_mathml(tex):
    for block in (False, True):
        formula = BeautifulSoup(mathml(tex, block), "html.parser").math
        assert formula.get("display") == ("block" if block else None)
        assert "\\" not in formula.get_text()
        assert "&" not in formula.get_text()


def test_a_formula_has_the_parts_that_it_should():
    assert mathml(r"\frac{1}{x_i}") == (
        "<math><mfrac><mn>1</mn><msub><mi>x</mi><mi>i</mi></msub></mfrac></math>"
    )
    table = BeautifulSoup(mathml(FORMULAS["aligned"], True), "html.parser")
    assert [len(row.select("mtd")) for row in table.select("mtr")] == [2, 2]


def test_an_index_stands_beside_an_accented_letter_not_below_it():
    assert mathml(r"\hat{y}_n") == (
        '<math><msub><mover accent="true"><mi>y</mi><mo stretchy="false">ˆ</mo></mover>'
        "<mi>n</mi></msub></math>"
    )
    assert "munderover" in mathml(r"\sum_{n=1}^{*} x")


def test_a_function_keeps_its_distance_but_from_a_bracket():
    apart = '<mi>ln</mi><mo rspace="0.167em">\u2061</mo>'
    assert apart in mathml(r"\ln x")
    assert apart not in mathml(r"\ln(x)")


@pytest.mark.parametrize(
    ("tex", "says"),
    [
        (r"\unheard{x}", r'Unknown LaTeX command "\unheard".'),
        (r"\begin{unheard}x\end{unheard}", 'Environment "unheard" not supported!'),
        (r"\frac{1}", "Source incomplete?"),
        ("{x", "a brace is opened 1 times and closed 0 times."),
        ("x}", "a brace is opened 0 times and closed 1 times."),
        (r"\left( x", r"\left is opened 1 times and closed 0 times."),
        (r"\overline{a + b}", r"\overline is drawn too short"),
        (r"\underbrace{a + b}", r"\underbrace is drawn too short"),
        ("a & b", "it cannot be read as one."),
        (" ", "it is empty."),
    ],
)
def test_a_formula_that_cannot_be_drawn_is_named_with_its_cell(tex, says):
    notebook = sample()
    cell_called("sizes", notebook).source = f"Text\n\n$$\n{tex}\n$$"
    with pytest.raises(Trouble) as trouble:
        handout({"03_loss": notebook})
    message = str(trouble.value)
    assert message.startswith(f"03_loss, cell sizes: The formula {tex.strip()} cannot be drawn: ")
    assert says in message


def rendered(source, **more):
    body = Body("00_sample", frozenset({"01_define"}))
    markup = body.cell(new_markdown_cell(source, id="text", **more))
    return BeautifulSoup(markup, "html.parser").div


@pytest.mark.parametrize(
    "source",
    [
        "It costs `$5` or `$6`; `a$b$c` and `$$` too, and `$$`.",
        '```python\nprice = "$a$" + "$$b$$"\n```',
        "~~~\n$x$\n~~~",
        "    indented $x$",
        r"It costs \$5 or \$6.",
    ],
)
def test_a_dollar_in_code_or_after_a_backslash_is_no_formula(source):
    text = rendered(source)
    assert not text.select("math")
    assert text.get_text().count("$") == source.count("$")


@pytest.mark.parametrize(
    ("source", "number"),
    [
        ("a $x$ and $y_1 * z$", 2),
        ("$$\nx\n$$", 1),
        ("- $a$\n- $b$", 2),
        ("| $a$ |\n|-|\n| $b$ |", 2),
        ("## The loss $L$", 1),
        (r"\begin{aligned} a &= b \end{aligned}", 1),
    ],
)
def test_formulas_are_found_wherever_text_is(source, number):
    text = rendered(source)
    assert len(text.select("math")) == number
    assert "$" not in text.get_text()


# Links, pictures, and what would come from outside.


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("[Define](01_define.ipynb)", "01_define.html"),
        ("[Shapes](01_define.ipynb#Shapes)", "01_define.html#Shapes"),
        ("[Loss](03_loss.ipynb)", None),
        ("[PyTorch](https://pytorch.org)", "https://pytorch.org"),
        ("[A notebook](https://example.org/a.ipynb)", "https://example.org/a.ipynb"),
        ("[Above](#Shapes)", "#Shapes"),
        ('<a href="01_define.ipynb">Define</a>', "01_define.html"),
    ],
)
def test_links_between_lessons_become_links_between_pages(source, target):
    link = rendered(source).a
    assert link.get("href") == target
    assert link.get_text()


def test_html_in_a_text_stays_as_it_is():
    text = rendered("<details><summary>Answer</summary>\n\nIt is **156**.\n\n</details>\n\nNext.")
    assert text.details.get_text().split() == ["Answer", "It", "is", "156."]
    assert text.details.strong


def test_links_under_a_picture_are_changed_too():
    shown = new_output("display_data", data={"text/html": '<a href="01_define.ipynb">Define</a>'})
    cell = new_code_cell("draw()", id="draw", outputs=[shown])
    assert 'href="01_define.html"' in Body("00", frozenset({"01_define"})).cell(cell)


@pytest.mark.parametrize(
    ("markup", "says"),
    [
        ("<img alt='A digit' src='https://example.org/a.png'>", "<img> would load something"),
        ("<img alt='A digit' src='missing.png'>", "<img> would load something"),
        ("<script src='x.js'></script>", "<script> would load something"),
        ("<script>fetch('x')</script>", "<script> would load something"),
        ("<iframe src='x'></iframe>", "<iframe> would load something"),
        ("<link rel=stylesheet href=x.css>", "<link> would load something"),
        ("<p style='background:url(x.png)'>x</p>", "<p> would load something"),
        ("<style>@import 'x.css';</style>", "<style> would load something"),
        ("<video poster='x.png'></video>", "<video> would load something"),
        ("<img src='data:image/png;base64,AA'>", "A picture has no alt text."),
    ],
)
def test_what_would_be_loaded_from_outside_is_refused(markup, says):
    with pytest.raises(Trouble, match=f"^00_sample, cell text: {says}"):
        rendered(markup)
    output = new_output("display_data", data={"text/html": markup})
    with pytest.raises(Trouble, match=f"^00_sample, cell code: {says}"):
        Body("00_sample").cell(new_code_cell("x", id="code", outputs=[output]))


def test_pictures_beside_the_text_go_into_the_page(tmp_path):
    (tmp_path / "digit.png").write_bytes(b"\x89PNG")
    body = Body("00_sample", folder=tmp_path)
    assert 'src="data:image/png;base64,' in body.cell(new_markdown_cell("![A 3](digit.png)"))
    attached = {"a.png": {"image/png": "AAAA"}}
    assert rendered("![A 3](attachment:a.png)", attachments=attached).img["src"].endswith(",AAAA")


def outputs(*found):
    markup = Body("00").cell(new_code_cell("x", id="code", outputs=list(found)))
    return BeautifulSoup(markup, "html.parser").select(".output")


def test_an_error_shows_its_name_and_message():
    error = new_output("error", ename="ValueError", evalue="a < b\x1b[0m", traceback=["frames"])
    [shown] = outputs(error)
    assert shown.get_text() == "ValueError: a < b"


def test_a_bare_picture_gets_its_description_as_alt_text():
    [shown] = outputs(
        new_output("display_data", data={"image/png": "AAAA\n", "text/plain": 'It "falls"'})
    )
    assert shown.img.attrs == {"alt": 'It "falls"', "src": "data:image/png;base64,AAAA"}


def test_text_is_shown_as_it_is():
    [value, note, printed] = outputs(
        new_output("execute_result", data={"text/plain": "<b>&amp;"}),
        new_output("display_data", data={"text/plain": "Controls: epoch."}),
        new_output("stream", name="stdout", text=" 1\n 2\n"),
    )
    assert value.get_text() == "<b>&amp;"
    assert "note" in note["class"]
    assert printed.get_text() == " 1\n 2"


def test_an_output_that_a_page_cannot_show_is_refused():
    with pytest.raises(Trouble, match="of a kind that a page cannot show: video/mp4"):
        outputs(new_output("display_data", data={"video/mp4": "AAAA"}))


def test_nothing_is_written_if_one_lesson_fails(tmp_path):
    (tmp_path / "notebooks").mkdir()
    nbformat.write(sample(), tmp_path / "notebooks" / "00_good.ipynb")
    bad = sample()
    cell_called("sizes", bad).source = r"$\unheard$"
    nbformat.write(bad, tmp_path / "notebooks" / "01_bad.ipynb")
    places = Places(tmp_path)
    with pytest.raises(Trouble, match=r"^01_bad, cell sizes"):
        make_handout(tmp_path / "out", places=places)
    assert not (tmp_path / "out").exists()
    assert make_handout(tmp_path / "out", ["00"], places) == 0
    assert (tmp_path / "out" / "00_good.html").exists()
