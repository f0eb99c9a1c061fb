"""What the instructor's pages say about the lessons is so: sums, names, needs, messages."""

import builtins
import re
import symtable
from itertools import pairwise

import pytest
import torch
from torch import nn

from course_utils.command.cli import parser
from tests.support.lessons import PATHS, ROOT, nothing_in, read

DOCS = sorted((ROOT / "docs").glob("*.md"))
PAGE = (ROOT / "docs" / "INSTRUCTOR.md").read_text(encoding="utf-8")
LESSONS = {path.stem[:2]: read(path) for path in PATHS}
AFTERWARDS = ("In practice", "Further reading")  # of every lesson: for at home
HOURS, STRETCH = 4, 90  # the longest plan, and the most minutes without a break

ROW = re.compile(r"^\| (\d+):(\d\d) \| ?(\d*) \| (.+) \|$", re.MULTILINE)
CUT = re.compile(r"^1\. (\d\d), \*(.+)\*: (\d+) minutes$", re.MULTILINE)
ANNOUNCED = re.compile(r"^\| (\w.*) \| (\d+) min \| (\d+) min \| (\d+) min \|$", re.MULTILINE)
ON_PURPOSE = re.compile(r"^\*Errors on purpose:\* (.+)$", re.MULTILINE)
EFFORT = re.compile(r"^[●○]{3} (\d+) minutes\. ", re.MULTILINE)


def sections(lesson):
    """A lesson's sections, what stands before the first under its title: heading -> cells."""
    found = {}
    for cell in lesson.cells:
        if cell.cell_type == "markdown" and (heading := re.match(r"##? (.+)", cell.source)):
            found[heading[1]] = []
        found[list(found)[-1]].append(cell)
    return found


def exercises(cells):
    """The exercises among cells: heading -> minutes."""
    texts = [cell.source for cell in cells if cell.source.startswith("### Exercise: ")]
    return {
        text.partition("\n")[0].removeprefix("### Exercise: "): int(EFFORT.search(text)[1])
        for text in texts
    }


def problems(page):
    """What the page says that is not so, one sentence each."""
    yield from minutes_problems(page)
    for plan in page.split("| From |")[1:]:
        yield from plan_problems(plan)
    for lesson, part in zip(LESSONS, page.split("\n### ")[1:], strict=True):
        title, *parts = sections(LESSONS[lesson]).items()
        wanted = f"{lesson} {title[0]}", "; ".join(name for name, cells in parts if raises(cells))
        errors = ON_PURPOSE.search(part)
        if (part.partition("\n")[0], errors[1] if errors else "") != wanted:
            yield f"{lesson}: its title and its errors on purpose should be {wanted}"


def raises(cells):
    return any(out.output_type == "error" for cell in cells for out in cell.get("outputs", []))


def minutes_problems(page):
    rows = []
    for number, lesson in LESSONS.items():
        reading, doing = lesson.metadata.course.minutes, sum(exercises(lesson.cells).values())
        rows.append((f"{number} {next(iter(sections(lesson)))}", reading, doing, reading + doing))
    rows.append(("All", *(sum(row[i] for row in rows) for i in (1, 2, 3))))
    found = [(name, *map(int, minutes)) for name, *minutes in ANNOUNCED.findall(page)]
    yield from (f"the table of minutes lacks {row}" for row in rows if row not in found)


def plan_problems(plan):
    rows = [(int(h) * 60 + int(m), int(took or 0), text) for h, m, took, text in ROW.findall(plan)]
    for (at, took, text), (later, _, _) in pairwise(rows):
        if at + took != later:
            yield f"{text[:30]}: the next row begins {later - at} minutes later, not {took}"
    if rows[-1][0] - rows[0][0] > HOURS * 60:
        yield "the plan is too long"
    taught, stretch = {}, 0
    for _, took, text in rows:
        stretch = 0 if text == "**Break**" else stretch + took
        if stretch > STRETCH:
            yield f"{text[:30]}: {stretch} minutes without a break"
        if re.match(r"\*\*\d\d\*\* ", text):
            what, _, done = text[7:].partition(". *Exercises:* ")
            taught[text[2:4]] = took
            yield from lesson_problems(took, text[2:4], what, done)
    for number, heading, minutes in CUT.findall(plan):
        if heading not in sections(LESSONS[number]) or int(minutes) >= taught.get(number, 0):
            yield f"{number}: the plan does not teach the section {heading} that it cuts"


def lesson_problems(took, number, what, done):
    """What is wrong with a row of a plan: `all`, `all but: …; …` or `…; …`, and exercises."""
    if number not in LESSONS:
        yield f"there is no lesson {number}"
        return
    parts = sections(LESSONS[number])
    named = [name for name in what.removeprefix("all").removeprefix(" but: ").split("; ") if name]
    yield from (f"{number} has no section {name}" for name in named if name not in parts)
    title, *others = [heading for heading in parts if heading not in AFTERWARDS]
    left_out = what.startswith("all")
    taught = [title, *(name for name in others if (name in named) != left_out)]
    cells = [cell for name in taught for cell in parts[name]]
    known, done = exercises(cells), done.split("; ") if done else []
    yield from (f"{number} does not teach exercise {name}" for name in done if name not in known)
    if took <= sum(known.get(name, 0) for name in done):
        yield f"{number}: {took} minutes are not enough for its exercises"
    yield from (f"{number} needs what is left out: {name}" for name in undefined(cells))


def undefined(cells):
    """Names that a cell uses and neither it nor a cell before it defines."""
    known = {*dir(builtins)}
    for cell in cells:
        if cell.cell_type == "code":
            top = symtable.symtable(cell.source, cell.id, "exec")
            known |= {name.get_name() for name in top.get_symbols() if is_defined(name)}
            yield from (f"{name} in {cell.id}" for name in sorted(used(top) - known))


def is_defined(name):
    return name.is_assigned() or name.is_imported() or name.is_namespace()


def used(scope):
    here = {
        name.get_name()
        for name in scope.get_symbols()
        if name.is_referenced() and (name.is_global() or scope.get_type() == "module")
    }
    return here.union(*map(used, scope.get_children()))


def test_the_page_says_what_the_lessons_say():
    nothing_in(problems(PAGE))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (r"^(\| \d\d .+ \| )\d+( min \| \d+ min \|)", r"\g<1>99\2", "table of minutes lacks"),
        (r"^(\| All \| )\d+", r"\g<1>9", "table of minutes lacks ('All'"),
        (r"^(\| \d+:\d\d \| )\d+", r"\g<1>99", "minutes later, not 99"),
        (r"^\| \d+:(\d\d \| \| End)", r"| 23:\1", "the plan is too long"),
        (r" \*\*Break\*\* ", " Break ", "minutes without a break"),
        (r"(\*\*\d\d\*\*) [^|]*;", r"\1", "needs what is left out: "),
        (r"(\*\*\d\d\*\* )(?!all)", r"\1No such; ", "has no section No such"),
        (r"(\*\*\d\d\*\* all but: )", r"\1No such; ", "has no section No such"),
        (r"(\*\*)\d\d(\*\* )", r"\g<1>99\2", "there is no lesson 99"),
        (r"(\*Exercises:\* )", r"\1No such; ", "does not teach exercise No such"),
        (r"^(\| \d+:\d\d \| )\d+( \| .+\*Exercises)", r"\g<1>2\2", "are not enough for its"),
        (r"^(1\. \d\d, \*)", r"\1No such ", "does not teach the section No such"),
        (r"^(\*Errors on purpose:\* )", r"\1No such; ", "errors on purpose should be"),
        (r"^(### \d\d )", r"\1No such ", "its title and its errors"),
    ],
)
def test_a_page_that_says_something_else_is_reported(old, new, says):
    spoilt, count = re.subn(old, new, PAGE, flags=re.MULTILINE)
    assert count
    found = list(problems(spoilt))
    assert any(says in problem for problem in found), found


# Messages, commands and links.


def without_super():
    class Small(nn.Module):
        def __init__(self):
            self.layer = nn.Linear(1, 1)

    Small()


def twice():
    loss = torch.ones(1, requires_grad=True).exp()
    loss.backward()
    loss.backward()


def changed_leaf():
    weight = torch.ones(1, requires_grad=True)
    weight -= 0.1


PROVOKED = [
    lambda: exec("import course_utils.no_such_place"),
    lambda: exec("net", {}),
    lambda: nn.Linear(400, 120)(torch.zeros(1, 256)),
    lambda: nn.Conv2d(1, 6, 5)([[0.0]]),
    lambda: nn.Conv2d(1, 6, 5).bias.grad.norm(),
    twice,
    changed_leaf,
    without_super,
    lambda: type("Net", (nn.Module,), {})()(torch.zeros(1)),
]


def test_every_message_in_the_table_of_errors_is_a_real_one():
    listed = re.findall(r"^\| `([^`]+)` \|", PAGE.partition("## Errors they will meet")[2], re.M)
    for message, act in zip(listed, PROVOKED, strict=True):
        with pytest.raises(Exception) as raised:  # noqa: PT011  (which one, the page says)
            act()
        said = str(raised.value).replace("course_utils.no_such_place", "course_utils")
        assert f"{raised.type.__name__}: {said}".startswith(message)


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.stem)
def test_commands_and_links_of_a_page_lead_somewhere(path):
    text = path.read_text(encoding="utf-8")
    known = parser().format_help()
    for command in re.findall(r"-m course_utils (\w+)", text):
        assert re.search(rf"^ +{command}\b", known, re.MULTILINE), command
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    places = {"#" + re.sub(r"[^\w -]", "", name).lower().replace(" ", "-") for name in headings}
    targets = [target for target in re.findall(r"\]\(([^)]+)\)", text) if "://" not in target]
    for target in targets:
        assert target in places or (path.parent / target).is_file(), target
