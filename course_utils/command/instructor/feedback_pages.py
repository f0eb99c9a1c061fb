"""Pages to give back (`progress --feedback`): one for each learner, one to show the class.

The page for the class names nobody: how many stand where, and the wrong answers by mistake.
"""

import ast
import contextlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from html import escape
from pathlib import Path

from course_utils.command.instructor import verdicts as said
from course_utils.command.instructor.output_folder import write_files
from course_utils.command.instructor.read_class import Progress
from course_utils.command.instructor.tables import MARKS, printable
from course_utils.command.instructor.verdicts import Task, Verdict
from course_utils.command.project import HERE, Project

CLASS = "class"
MOST = 5  # answers shown for one mistake
STYLE = """
.bar { display: flex; gap: 2px; height: 1.5rem; margin: 0.3rem 0; font: 0.8rem/1.5rem monospace; }
.bar span { background: var(--tone); color: var(--paper); text-align: center; overflow: hidden; }
.verdict { padding: 0.5rem 0.8rem; border-left: 4px solid var(--tone); }
.verdict, pre { background: var(--code-paper); }
.verdict strong { color: var(--tone); }
pre { margin: 0.6rem 0; padding: 0.6rem; white-space: pre; overflow-x: auto; }
"""
TONES = {  # in a light and in a dark theme
    said.CORRECT: "light-dark(#00609a, #7cc4f5)",
    said.NOT_YET: "light-dark(#7a5200, #efc063)",
    said.STOPPED: "light-dark(#a32a00, #ff9e80)",
}
GREY = "light-dark(#595959, #b4b4b4)"
OTHERWISE = {
    said.NOT_CHECKED: "Your answer is there, but its check was not run. Run the cell below it.",
    said.UNREADABLE: "The file could not be opened. Save it in JupyterLab, and hand it in again.",
    said.NOT_STARTED: "You have not started yet.",
    said.NOT_HANDED_IN: "This lesson was not handed in.",
}


def write_pages(progress: Progress, out: Path, project: Project = HERE) -> None:
    """Write the pages into a folder, and print how many."""
    pages = {CLASS: class_page(progress)}
    for learner in progress.learners:
        pages[_file_name(learner, pages)] = learner_page(progress, learner)
    write_files(out, {f"{name}.html": text for name, text in pages.items()}, project)
    print(f"\n{len(pages) - 1} pages in {out}, and {CLASS}.html, which names nobody, for all.")


def learner_page(progress: Progress, learner: str) -> str:
    """Return a learner's page: what comes next, then a verdict for each exercise."""
    verdicts = {task: progress.verdicts[learner, task.name] for task in progress.tasks}
    correct = sum(verdict.status == said.CORRECT for verdict in verdicts.values())
    body = [f"<p>{correct} of {len(verdicts)} exercises are correct.</p>"]
    if task := progress.next_of(learner):
        lesson = f"<code>{escape(task.lesson)}</code>"
        hint = f"<code>{task.name}.hint()</code> gives a hint."
        body.append(f"<p><strong>Next:</strong> {_html(task.title)}, in {lesson}. {hint}</p>")
    lesson = ""
    for task, verdict in verdicts.items():
        if task.lesson != lesson:
            lesson = task.lesson
            body.append(f"<h2>{escape(lesson)}</h2>")
        body += [f"<h3>{_html(task.title)}</h3>", _verdict(verdict)]
    return _page(f"Exercises of {printable(learner)}", body)


def class_page(progress: Progress) -> str:
    """Return a page without names: how many stand where, and wrong answers by mistake."""
    used = {verdict.status for verdict in progress.verdicts.values()}
    marks = (f"<code>{mark}</code> {status}" for status, mark in MARKS.items() if status in used)
    body = [f"<p>{len(progress.learners)} learners. {', '.join(marks)}</p>"]
    for task in progress.tasks:
        body += [f"<h3>{task.number} {_html(task.title)}</h3>", _bar(progress.of(task))]
    body.append("<h2>Wrong answers</h2>")
    for task in sorted(progress.tasks, key=lambda task: -len(progress.mistakes(task))):
        body += _wrong_answers(task, progress.of(task))
    return _page("Where the class stands", body)


def _verdict(verdict: Verdict) -> str:
    if verdict.status in OTHERWISE:
        return f"<p>{OTHERWISE[verdict.status]}</p>"
    return (
        f'<p class="verdict" style="--tone:{TONES[verdict.status]}">'
        f"<strong>{verdict.status.capitalize()}:</strong> {_html(verdict.sentence)}</p>"
    )


def _bar(verdicts: list[Verdict]) -> str:
    counts = Counter(verdict.status for verdict in verdicts)
    told = {status: counts[status] for status in MARKS if counts[status]}
    words = ", ".join(f"{count} {status}" for status, count in told.items())
    parts = (
        f'<span style="flex:{count};--tone:{TONES.get(status, GREY)}">'
        f"{MARKS[status]} {count}</span>"
        for status, count in told.items()
    )
    return f'<div class="bar" role="img" aria-label="{words}">{"".join(parts)}</div>'


def _wrong_answers(task: Task, verdicts: list[Verdict]) -> Iterator[str]:
    """The answers to one exercise that fail, the most frequent mistake first."""
    groups: dict[str, list[Verdict]] = defaultdict(list)
    for verdict in verdicts:
        if verdict.status in said.MISSED:
            groups[verdict.code].append(verdict)
    if groups:
        yield f"<h3>{task.number} {_html(task.title)}</h3>"
    for code, group in sorted(groups.items(), key=lambda item: -len(item[1])):
        yield f"<p><strong>{len(group)} × {escape(code or 'without a name')}</strong></p>"
        if group[0].status == said.NOT_YET:  # an error's words may hold a path, so a name
            yield _verdict(group[0])
        answers = Counter(_without_comments(verdict.answer) for verdict in group)
        yield from (f"<pre>{escape(answer)}</pre>" for answer, _ in answers.most_common(MOST))


def _without_comments(source: str) -> str:
    """An answer as its syntax has it: layout and comments, which may name somebody, are gone."""
    with contextlib.suppress(SyntaxError, ValueError, RecursionError):
        return ast.unparse(ast.parse(source))
    return re.sub(r"#.*", "", source)


def _html(text: str) -> str:
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))


def _page(title: str, body: list[str]) -> str:
    style = (Path(__file__).parent / "handout.css").read_text(encoding="utf-8") + STYLE
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>{escape(title)}</h1>\n" + "\n".join(body) + "\n</main>\n</body>\n</html>\n"
    )


def _file_name(learner: str, taken: dict[str, str]) -> str:
    """A name that every system takes, and that no other page has."""
    name = re.sub(r'[<>:"/\\|?*]', "_", printable(learner, 80)).strip(" .") or "learner"
    others = {one.casefold() for one in taken}
    number = 1
    while (chosen := name if number == 1 else f"{name} {number}").casefold() in others:
        number += 1
    return chosen
