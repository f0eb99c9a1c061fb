"""A notebook's cells as HTML that stands alone: formulas as MathML, pictures inside, no script."""

import html
import re
from dataclasses import dataclass, field
from pathlib import Path

from bs4 import BeautifulSoup, Tag
from nbconvert.filters.ansi import strip_ansi
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from course_utils.command.project import UserError as Trouble
from course_utils.desk.formulas import mathml

LOADS = ("script", "style", "link", "iframe", "object", "embed", "base")  # a page does without
KINDS = {"execute_result": "value", "display_data": "note"}  # a note stands in for controls
TAG = re.compile(r"<[^>]+>")


@dataclass(frozen=True)
class Heading:
    """A heading of a lesson: its level, the name that links lead to, and what it says, as HTML."""

    level: int
    anchor: str
    text: str


@dataclass
class Body:
    """The cells of one lesson as HTML, and the headings in them.

    Attributes:
        stem: The lesson's file name without its ending.
        pages: The lessons that have a page beside this one; links to others lose their target.
        folder: Where pictures named in the text lie.
        headings: Filled while the cells are written.
    """

    stem: str
    pages: frozenset[str] = frozenset()
    folder: Path = Path()
    headings: list[Heading] = field(default_factory=list)

    def cell(self, cell: NotebookNode) -> str:
        """Return a cell, with its outputs, as HTML.

        Raises:
            Trouble: A formula that cannot be drawn, or something that would be loaded from
                outside; the message names the lesson and the cell.
        """
        try:
            if cell.cell_type != "code":
                return f'<div class="text">{self._text(cell)}</div>'
            parts = [self._code(cell), *map(self._output, cell.outputs)]
            return f'<div class="cell">{"".join(parts)}</div>'
        except ValueError as error:
            raise Trouble(
                f"{self.stem}, cell {cell.id}: {error}\nNothing was written; mend the lesson first."
            ) from error

    def _text(self, cell: NotebookNode) -> str:
        renderer = _Renderer(self, cell)
        return self._standing_alone(MarkdownWithMath(renderer=renderer).render(cell.source))

    def _code(self, cell: NotebookNode) -> str:
        kind = "code exercise" if "exercise" in cell.metadata.get("course", {}) else "code"
        lines = highlight(cell.source, PythonLexer(), HtmlFormatter(nowrap=True)).rstrip("\n")
        return f'<pre class="{kind}"><code>{lines}</code></pre>'

    def _output(self, output: NotebookNode) -> str:
        if output.output_type == "stream":
            return _lines(output.text, output.name)
        if output.output_type == "error":
            name, message = html.escape(output.ename), html.escape(strip_ansi(output.evalue))
            return f'<pre class="output error"><strong>{name}</strong>: {message}</pre>'
        data = output.data
        if "text/html" in data:
            return f'<div class="output">{self._standing_alone(data["text/html"])}</div>'
        if "image/png" in data:
            says, source = html.escape(data.get("text/plain", "")), data["image/png"].strip()
            return (
                f'<div class="output"><img alt="{says}" src="data:image/png;base64,{source}"></div>'
            )
        if "text/plain" in data:
            return _lines(data["text/plain"], KINDS[output.output_type])
        raise ValueError(f"An output is of a kind that a page cannot show: {', '.join(data)}.")

    def _standing_alone(self, markup: str) -> str:
        """Turn links between lessons into links between pages; refuse what would be loaded."""
        soup = BeautifulSoup(markup, "html.parser")
        for element in soup.find_all(True):
            if element.name in LOADS or _is_outside(element):
                raise ValueError(f"<{element.name}> would load something from outside this page.")
            if element.name == "img" and not element.get("alt"):
                raise ValueError("A picture has no alt text.")
            if element.name == "a":
                self._relink(element)
        return str(soup)

    def _relink(self, link: Tag) -> None:
        path, mark, place = link.get("href", "").partition("#")
        stem, _, ending = path.rpartition(".")
        if ending != "ipynb" or "/" in path:
            return
        if stem in self.pages:
            link["href"] = f"{stem}.html{mark}{place}"
        else:
            del link["href"]


class _Renderer(IPythonRenderer):
    """Renders a text cell as JupyterLab does, formulas as MathML."""

    def __init__(self, body: Body, cell: NotebookNode):
        super().__init__(
            escape=False,
            embed_images=True,
            path=str(body.folder),
            attachments=cell.get("attachments", {}),
        )
        self._headings = body.headings

    def inline_math(self, body: str) -> str:
        return _formula(body, block=False)

    def block_math(self, body: str) -> str:
        return _formula(body, block=True)

    def latex_environment(self, name: str, body: str) -> str:
        return _formula(rf"\begin{{{name}}}{body}\end{{{name}}}", block=True)

    def inline_html(self, html: str) -> str:
        return html  # the parent closes what only begins here, such as <a href="…">

    def block_html(self, html: str) -> str:
        return f"{html}\n"

    def heading(self, text: str, level: int, **attrs: object) -> str:
        anchor = html.unescape(TAG.sub("", text)).replace(" ", "-")  # as JupyterLab names it
        self._headings.append(Heading(level, anchor, text))
        return f'<h{level} id="{html.escape(anchor)}">{text}</h{level}>\n'


def _formula(tex: str, block: bool) -> str:
    try:
        return mathml(tex, block)
    except ValueError as error:
        raise ValueError(f"The formula {tex.strip()} cannot be drawn: {error}") from error


def _lines(text: str, kind: str) -> str:
    return f'<pre class="output {kind}">{html.escape(strip_ansi(text)).rstrip()}</pre>'


def _is_outside(element: Tag) -> bool:
    sources = [element.get(name) for name in ("src", "srcset", "poster", "data", "background")]
    loads = any(source and not source.startswith("data:") for source in sources)
    return loads or "url(" in element.get("style", "")
