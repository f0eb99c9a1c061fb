"""The lessons as web pages for reading and printing: a browser opens them without a network."""

import html
from collections.abc import Sequence
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from course_utils.command.learner.workspace import chosen_lessons
from course_utils.command.project import HERE
from course_utils.command.project import Project as Places
from course_utils.desk.generated import write_files
from course_utils.desk.pages import Body, Heading

INDEX = "index.html"
COURSE = "Neural networks in PyTorch, from definition to update"
STYLE = Path(__file__).with_name("handout.css")
READING = (
    "This page is for reading. In JupyterLab the cells run, the controls move and the exercises "
    "are checked: <code>python3 -m course_utils start {number}</code>"
)


def make_handout(out: Path, wanted: Sequence[str] = (), places: Places = HERE) -> int:
    """Write a page for each of the lessons `wanted`, else of all, and an index; return 0.

    Raises:
        Trouble: A formula that cannot be drawn, something that would be loaded from outside, or
            as `write_files`; nothing is written.
    """
    paths = chosen_lessons(wanted, places)
    notebooks = {path.stem: nbformat.read(path, as_version=4) for path in paths}
    write_files(out, handout(notebooks, places.notebooks), places)
    print(f"{len(paths)} page{'s' if len(paths) > 1 else ''} in {out}: open {out / INDEX}")
    return 0


def handout(notebooks: dict[str, NotebookNode], folder: Path = Path()) -> dict[str, str]:
    """Return the pages of the notebooks, and their index, by file name.

    Args:
        notebooks: By name, in the order of the lessons.
        folder: Where pictures named in their text lie.
    """
    titles = {stem: title(notebook) for stem, notebook in notebooks.items()}
    pages = {
        f"{stem}.html": _lesson(stem, notebook, titles, folder)
        for stem, notebook in notebooks.items()
    }
    return {INDEX: _index(notebooks, titles), **pages}


def title(notebook: NotebookNode) -> str:
    """Return what the first line of a lesson calls it."""
    return notebook.cells[0].source.partition("\n")[0].removeprefix("# ").strip()


def _lesson(stem: str, notebook: NotebookNode, titles: dict[str, str], folder: Path) -> str:
    body = Body(stem, frozenset(titles), folder)
    first, *others = [body.cell(cell) for cell in notebook.cells]
    about = f'<p class="about">{READING.format(number=stem.partition("_")[0])}</p>'
    main = "\n".join([first, about, _contents(body.headings), *others])
    above, below = (_neighbours(stem, titles, name) for name in ("Lessons", "Onward"))
    return _page(titles[stem], f"{above}<main>\n{main}\n</main>\n{below}")


def _contents(headings: Sequence[Heading]) -> str:
    entries = [
        f'<li class="level{heading.level}">'
        f'<a href="#{html.escape(heading.anchor)}">{heading.text}</a></li>'
        for heading in headings
        if heading.level in (2, 3)
    ]
    return (
        '<nav class="contents" aria-label="On this page"><ul>\n'
        + "\n".join(entries)
        + "\n</ul></nav>"
    )


def _neighbours(stem: str, titles: dict[str, str], name: str) -> str:
    """Links to the lessons before and after, and to all of them."""
    order = list(titles)
    at = order.index(stem)
    links = [f'<a href="{INDEX}">All lessons</a>']
    if at:
        links.insert(0, _link(order[at - 1], titles, "prev"))
    if at + 1 < len(order):
        links.append(_link(order[at + 1], titles, "next"))
    return f'<nav class="lessons" aria-label="{name}">{"".join(links)}</nav>\n'


def _link(stem: str, titles: dict[str, str], relation: str) -> str:
    return f'<a rel="{relation}" href="{stem}.html">{html.escape(titles[stem])}</a>'


def _index(notebooks: dict[str, NotebookNode], titles: dict[str, str]) -> str:
    entries = "\n".join(_entry(stem, notebooks[stem], titles[stem]) for stem in notebooks)
    listed = f'<ol class="course">\n{entries}\n</ol>'
    return _page(COURSE, f"<main>\n<h1>{COURSE}</h1>\n{listed}\n</main>")


def _entry(stem: str, notebook: NotebookNode, name: str) -> str:
    course = notebook.metadata.get("course", {})
    aims = "".join(f"<li>{html.escape(words)}</li>" for words in course.get("objectives", []))
    number = stem.partition("_")[0]
    return (
        f'<li><h2><a href="{stem}.html">{number} {html.escape(name)}</a></h2>'
        f"<p>{course.get('minutes', '?')} minutes. You will be able to:</p><ul>{aims}</ul></li>"
    )


def _page(name: str, content: str) -> str:
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{html.escape(name)}</title>
<style>
{STYLE.read_text(encoding="utf-8").strip()}
</style>
</head>
<body>
{content}
</body>
</html>
"""
