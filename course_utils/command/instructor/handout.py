"""The lessons as web pages: a browser opens them without a network, and explorers move in them.

The folder is a site as it is, for any host that serves files.
"""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from latex2mathml.converter import convert
from markupsafe import Markup, escape
from nbconvert.filters.ansi import strip_ansi
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell, new_notebook
from pygments import highlight
from pygments.formatters.html import HtmlFormatter
from pygments.lexers.python import PythonLexer

from course_utils import controls
from course_utils.checks.feedback import NOT_STARTED, VERDICT
from course_utils.command.instructor.output_folder import check_folder, write_files
from course_utils.command.instructor.pages.forms import FRAMES, page_notebooks
from course_utils.command.learner.workspace import chosen_lessons
from course_utils.command.project import HERE, Project, UserError

INDEX = "index.html"
SEARCH = "search.js"
GLOSSARY = "glossary"
PAGES = Path(__file__).parent / "pages"
CONTROLS = Path(controls.__file__).parent
EXPORT = "export default"
COURSE = "Neural networks in PyTorch, from definition to update"
LESSON_LINK = re.compile(r'href="(?:\.\./notebooks/)?([\w-]+)\.ipynb(#[^"]*|)"')
FUNCTION_NAME = re.compile(r'(?<!su[bp]>)(<mi>[a-z]{2,}</mi>)(?!<mo stretchy="false">)')


def make_handout(
    out: Path | str,
    wanted: Sequence[str] = (),
    form: str = "read",
    run: bool = True,
    project: Project = HERE,
) -> int:
    """Write a page for each of the lessons `wanted`, else of all, and an index; return 0.

    Raises:
        UserError: A formula is incomplete, a cell failed, or as `write_files`; nothing is written.
    """
    out, paths = Path(out), chosen_lessons(wanted, project)
    check_folder(out, project)  # before a minute of work, not after
    if run or form == "solved":
        print("All cells are run: about a minute for the whole course.", flush=True)
    notebooks = page_notebooks(paths, form, run)
    glossary = project.root / "docs" / f"{GLOSSARY.upper()}.md"
    if glossary.is_file():
        text = glossary.read_text(encoding="utf-8")
        notebooks[GLOSSARY] = new_notebook(cells=[new_markdown_cell(text)])
    write_files(out, handout_pages(notebooks), project)
    print(f"{len(paths)} page{'s' if len(paths) > 1 else ''} in {out}: open {out / INDEX}")
    return 0


def handout_pages(notebooks: Mapping[str, NotebookNode]) -> dict[str, str]:
    """Return the pages of the notebooks, their index and what is searched, by file name.

    Args:
        notebooks: By name without the ending, in the order of the lessons.
    """
    lessons = [_lesson(stem, notebook) for stem, notebook in notebooks.items()]
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["plain"] = lambda text: strip_ansi(text).rstrip()
    template = environment.get_template("handout.html.j2")
    template.globals.update(script=_script(), style=Markup(_read(CONTROLS / "range.css")))
    pages = {INDEX: template.render(title=COURSE, lessons=lessons), SEARCH: _search(lessons)}
    for before, lesson, after in zip([None, *lessons], lessons, [*lessons[1:], None], strict=False):
        page = template.render(title=lesson["title"], lesson=lesson, before=before, after=after)
        pages[f"{lesson['stem']}.html"] = _relinked(page, notebooks)
    return pages


def mathml(tex: str, display: str = "inline") -> str:
    r"""Return a TeX formula as a `<math>` element, which browsers draw without a script.

    Example:
        >>> "<mi>ln</mi><mspace" in mathml(r"\ln x"), "<mi>ln</mi><mspace" in mathml(r"\ln(x)")
        (True, False)
    """
    try:
        made = convert(tex.replace("{aligned}", "{align*}"), display=display)
    except Exception as error:  # of any type, and most say nothing but their name
        reason = type(error).__name__
        raise UserError(f"The formula {tex.strip()} cannot be drawn: {reason}.") from error
    return FUNCTION_NAME.sub(r'\1<mspace width="0.167em"/>', made.replace(r"\_", "_"))


def _script() -> Markup:
    """What moves explorers in a page, and searches; the controls are those of the lessons."""
    modules = {
        name: f"const {name} = (() => {{\n{_read(CONTROLS / file)}}})();".replace(EXPORT, "return")
        for name, file in {"Range": "range.js", "Pointer": "pointer.js"}.items()
    }
    return Markup(
        "\n".join([_read(CONTROLS / "keys.js"), *modules.values(), _read(PAGES / "page.js")])
    )


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _search(lessons: Sequence[dict]) -> str:
    """The sections of all lessons, as a script: a page without a server can load nothing else."""
    sections = [section for lesson in lessons for section in lesson["sections"]]
    return f"window.course_search = {json.dumps(sections, ensure_ascii=False)};\n"


def _sections(stem: str, cells: Sequence[dict], headings: Sequence[dict]) -> list[dict]:
    """The text of each section, with where it stands."""
    text = "".join(cell.get("text", "") for cell in cells)
    parts = re.split(r"<h[1-6] [^>]*>.*?</h[1-6]>", text)[1:]
    page = Markup(headings[0]["text"]).striptags()
    return [
        {
            "page": page,
            "title": heading["text"].striptags(),
            "href": f"{stem}.html#{heading['anchor']}",
            "text": Markup(part).striptags(),
        }
        for heading, part in zip(headings, parts, strict=True)
    ]


def _relinked(page: str, lessons: Collection[str]) -> str:
    """Lead links between lessons to their pages; a lesson without a page loses its link."""
    return LESSON_LINK.sub(
        lambda link: f'href="{link[1]}.html{link[2]}"' if link[1] in lessons else "", page
    )


def _lesson(stem: str, notebook: NotebookNode) -> dict:
    """What the template shows of a lesson."""
    renderer = _Renderer()
    cells = [_cell(cell, renderer) for cell in notebook.cells]
    return {
        "stem": stem,
        "number": stem.partition("_")[0],
        "title": Markup(renderer.headings[0]["text"]).striptags(),
        "course": notebook.metadata.get("course", {}),
        "cells": cells,
        "sections": _sections(stem, cells, renderer.headings),
        "headings": [heading for heading in renderer.headings if heading["level"] in (2, 3)],
    }


def _cell(cell: NotebookNode, renderer: "_Renderer") -> dict:
    if cell.cell_type != "code":
        text = Markup(MarkdownWithMath(renderer).render(cell.source))
        return {"text": text, "blank": "blank" in cell.metadata}
    return {
        "code": _highlight(cell.source),
        "frames": cell.metadata.get(FRAMES),
        "exercise": "exercise" in cell.metadata.get("course", {}),
        "outputs": [
            output
            for output in cell.outputs  # but that an exercise is not started: it cannot be, here
            if output.get("data", {}).get(VERDICT, {}).get("status") != NOT_STARTED
        ],
    }


class _Renderer(IPythonRenderer):
    """Renders text cells as JupyterLab does, but formulas as MathML; keeps the headings."""

    def __init__(self) -> None:
        super().__init__(escape=False)
        self.headings: list[dict] = []

    def heading(self, text: str, level: int, **attrs: object) -> str:
        anchor = Markup(text).striptags().replace(" ", "-")  # as JupyterLab names it
        self.headings.append({"level": level, "anchor": anchor, "text": Markup(text)})
        return f'<h{level} id="{escape(anchor)}">{text}</h{level}>\n'

    def inline_math(self, body: str) -> str:
        return mathml(body)

    def block_math(self, body: str) -> str:
        return mathml(body, "block")

    def latex_environment(self, name: str, body: str) -> str:
        return mathml(rf"\begin{{{name}}}{body}\end{{{name}}}", "block")


def _highlight(source: str) -> Markup:
    """Colour Python code; each line knows its indent, under which it goes on where it wraps."""
    coloured = highlight(source, PythonLexer(stripnl=False), HtmlFormatter(nowrap=True))
    lines = [
        f'<span class="line" style="--indent:{len(line) - len(line.lstrip())}">{shown}'
        for line, shown in zip(source.split("\n"), coloured.split("\n"), strict=False)
    ]
    return Markup("\n</span>".join(lines) + "</span>")
