"""The lessons as web pages for reading and printing: a browser opens them without a network."""

import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import nbformat
from jinja2 import Environment, FileSystemLoader
from latex2mathml.converter import convert
from markupsafe import Markup, escape
from nbconvert.filters.ansi import strip_ansi
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode
from pygments import highlight
from pygments.formatters.html import HtmlFormatter
from pygments.lexers.python import PythonLexer

from course_utils.checks.feedback import NOT_STARTED, VERDICT
from course_utils.command.instructor.output_folder import write_files
from course_utils.command.learner.workspace import chosen_lessons
from course_utils.command.project import HERE, Project, UserError

INDEX = "index.html"
COURSE = "Neural networks in PyTorch, from definition to update"
LESSON_LINK = re.compile(r'href="([\w-]+)\.ipynb(#[^"]*|)"')
FUNCTION_NAME = re.compile(r'(?<!su[bp]>)(<mi>[a-z]{2,}</mi>)(?!<mo stretchy="false">)')


def make_handout(out: Path | str, wanted: Sequence[str] = (), project: Project = HERE) -> int:
    """Write a page for each of the lessons `wanted`, else of all, and an index; return 0.

    Raises:
        UserError: A formula is incomplete, or as `write_files`; nothing is written.
    """
    paths = chosen_lessons(wanted, project)
    notebooks = {path.stem: nbformat.read(path, as_version=4) for path in paths}
    write_files(Path(out), handout_pages(notebooks), project)
    out = Path(out)
    print(f"{len(paths)} page{'s' if len(paths) > 1 else ''} in {out}: open {out / INDEX}")
    return 0


def handout_pages(notebooks: Mapping[str, NotebookNode]) -> dict[str, str]:
    """Return the pages of the notebooks, and their index, by file name.

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
    pages = {INDEX: template.render(title=COURSE, lessons=lessons)}
    for before, lesson, after in zip([None, *lessons], lessons, [*lessons[1:], None], strict=False):
        page = template.render(title=lesson["title"], lesson=lesson, before=before, after=after)
        pages[f"{lesson['stem']}.html"] = _relinked(page, notebooks)
    return pages


def mathml(tex: str, display: str = "inline") -> str:
    r"""Return a TeX formula as a `<math>` element, which browsers draw without a script.

    Raises:
        UserError: The formula is incomplete.

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
        "headings": [heading for heading in renderer.headings if heading["level"] in (2, 3)],
    }


def _cell(cell: NotebookNode, renderer: "_Renderer") -> dict:
    if cell.cell_type != "code":
        return {"text": Markup(MarkdownWithMath(renderer).render(cell.source))}
    return {
        "code": _highlight(cell.source),
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
