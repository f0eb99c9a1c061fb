"""The instructor's page says what the lessons say; plans name what is there."""

import builtins
import json
import re
from dataclasses import replace

import pytest
import torch
from lessons import ROOT, nothing_in
from torch import nn

from course_utils.command.cli import parser
from course_utils.command.learner.workspace import INSTRUCTORS, lessons
from course_utils.command.project import Project as Places
from course_utils.command.project import UserError as Trouble
from course_utils.core.define import Net
from course_utils.desk import page
from course_utils.desk.pace import SECTION, lesson_pace, load
from course_utils.desk.schedules import HALF_DAY, PLANS, Pause, Plan, Stop, cuts, rows
from course_utils.desk.slices import Code

PAGE = ROOT / "notebooks" / INSTRUCTORS
TEXT = PAGE.read_text(encoding="utf-8")
LESSONS = load(lessons())
VERBS = re.compile(
    "(Write|Predict|Compute|Say|Explain|Name|Tell|Freeze|Choose|Follow|Work out|Check|Put|Test|"
    "Split|Save|Find out|Run|Describe) "
)


def cell(kind, source, **more):
    return {"cell_type": kind, "metadata": {}, "source": source, **more}


def small_lesson(minutes=5, **course):
    """A lesson of three sections, the second with an error that teaches."""
    error = {"output_type": "error", "ename": "ValueError", "evalue": "no `such` thing\nmore"}
    cells = [
        cell("markdown", "# Small"),
        cell("markdown", "## One\n\n" + "word " * 276),
        cell("markdown", "### Exercise: Do it\n\n●○○ 4 minutes. Do."),
        cell("code", "answer = ...", outputs=[]) | {"metadata": {"course": {"exercise": "do"}}},
        cell("markdown", "## Two\n\n" + "word " * 138),
        cell("code", "fail()", outputs=[error]),
    ]
    course = {"minutes": minutes, "seconds": 10, "objectives": ["Count words."]} | course
    return {"cells": cells, "metadata": {"course": course}}


SMALL = {"01": small_lesson()}


def test_the_page_says_what_the_lessons_say():
    assert page.filled(TEXT, LESSONS) == TEXT, "write it anew: python3 -m course_utils page"


def test_every_lesson_announces_the_minutes_that_are_measured():
    assert list(page.other_minutes(LESSONS)) == []


def test_every_lesson_has_its_objectives_and_questions_on_the_page():
    parts = re.split(r"^### (?=\d\d )", TEXT.partition("## Errors they will meet")[0], flags=re.M)
    assert [part[:2] for part in parts[1:]] == list(LESSONS)
    for part in parts[1:]:
        assert part.partition("\n")[0] == f"{part[:2]} {lesson_pace(LESSONS[part[:2]]).title}"
        assert f"<!-- objectives-{part[:2]} -->" in part
        assert len(re.findall(r"^\*\*.+\?(?: .+\?)?\*\* \S", part, re.M)) >= 3, part[:40]


def test_objectives_are_three_to_five_and_begin_with_a_verb_that_can_be_tested():
    for number, notebook in LESSONS.items():
        objectives = notebook["metadata"]["course"]["objectives"]
        assert 3 <= len(objectives) <= 5, number
        for objective in objectives:
            assert VERBS.match(objective), objective
            assert objective.endswith("."), objective


def test_every_command_on_the_page_exists():
    known = parser().format_help()
    for command in set(re.findall(r"-m course_utils (\w+)", TEXT)):
        assert re.search(rf"^ +{command}\b", known, re.M), command


def test_every_place_on_the_page_that_a_link_goes_to_is_there():
    headings = re.findall(r"^#+ (.+)$", TEXT, re.M)
    anchors = {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}
    targets = re.findall(r"\]\(([^)]+)\)", TEXT)
    assert "#minutes" in targets
    for target in targets:
        if target.startswith("#"):
            assert target[1:] in anchors, target
        elif not target.startswith("http"):
            assert (PAGE.parent / target).is_file(), target


def raised(act):
    try:
        act()
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    raise AssertionError(f"{act} raised nothing")


def without_super():
    class Small(nn.Module):
        def __init__(self):
            self.layer = nn.Linear(1, 1)

    Small()


def without_forward():
    named = type("Net", (nn.Module,), {})
    named()(torch.zeros(1))


def twice():
    loss = Net()(torch.zeros(1, 1, 32, 32)).pow(2).sum()
    loss.backward()
    loss.backward()


def changed_leaf():
    weight = torch.ones(1, requires_grad=True)
    weight -= 0.1


PROVOKED = [
    lambda: exec("import course_utils.no_such_place"),
    lambda: exec("net", {}),
    lambda: Net()(torch.zeros(1, 1, 28, 28)),
    lambda: Net()([[0.0]]),
    lambda: Net().conv1.bias.grad.norm(),
    twice,
    changed_leaf,
    without_super,
    without_forward,
]


def test_every_message_in_the_table_of_errors_is_a_real_one():
    table = TEXT.partition("## Errors they will meet")[2]
    listed = re.findall(r"^\| `([^`]+)` \|", table, re.M)
    real = [raised(act) for act in PROVOKED]
    real[0] = real[0].replace("course_utils.no_such_place", "course_utils")
    assert len(listed) == len(real)
    for words, message in zip(listed, real, strict=True):
        assert message.startswith(words), message


@pytest.mark.parametrize("plan", PLANS.values(), ids=PLANS)
def test_a_plan_fits_its_time_has_breaks_and_repeats_nothing(plan):
    items = list(rows(plan, LESSONS))
    begins, (at, minutes, _) = items[0][0], items[-1]
    assert at + minutes - begins <= 4 * 60
    stretch = longest = 0
    for _, minutes, text in items:
        stretch = 0 if text == "**Break**" else stretch + minutes
        longest = max(longest, stretch)
    assert longest <= 90
    stops = [item for item in plan.items if isinstance(item, Stop)]
    assert [stop.lesson for stop in stops] == sorted({stop.lesson for stop in stops})
    assert list(cuts(plan, LESSONS))


def left_undefined(stop, notebook):
    """Names that a taught cell uses and no taught cell above has defined."""
    taught, known, section = False, set(dir(builtins)), 0
    for cell in notebook["cells"]:
        text = "".join(cell["source"])
        if cell["cell_type"] == "markdown" and (heading := SECTION.match(text)):
            section += 1
            chosen = heading[1] in stop.only if stop.only else heading[1] not in stop.but
            taught = chosen or section == 1
        if cell["cell_type"] == "code" and taught:
            code = Code(text)
            known |= code.defines
            yield from (f"{stop.lesson} {cell['id']}: {name}" for name in code.uses - known)


@pytest.mark.parametrize("plan", PLANS.values(), ids=PLANS)
def test_no_cell_of_a_plan_needs_one_that_is_left_out(plan):
    stops = [item for item in plan.items if isinstance(item, Stop)]
    nothing_in(found for stop in stops for found in left_undefined(stop, LESSONS[stop.lesson]))


def test_a_cell_that_needs_a_section_left_out_is_named():
    cells = [cell("markdown", "# A"), cell("markdown", "## One"), cell("code", "x = 1", id="a")]
    cells += [cell("markdown", "## Two"), cell("code", "x + y", id="b")]
    found = left_undefined(Stop("01", but=("One",)), {"cells": cells})
    assert sorted(found) == ["01 b: x", "01 b: y"]


def test_the_two_evenings_visit_every_lesson_and_so_does_the_half_day():
    def visited(*names):
        items = [item for name in names for item in PLANS[name].items]
        return [item.lesson for item in items if isinstance(item, Stop)]

    assert visited("half-day") == list(LESSONS)
    assert visited("first-evening", "second-evening") == list(LESSONS)


def test_a_plan_counts_the_sections_and_the_exercises_it_names():
    plan = Plan((9, 50), (Pause("Hello", 3), Stop("01", ("One",), exercises=("do",))), ())
    assert list(rows(plan, SMALL)) == [
        (590, 3, "Hello"),
        (593, 7, "**01** One. *Exercises:* Do it"),
    ]
    without = Plan((9, 0), (Stop("01", but=("One",)),), ())
    assert list(rows(without, SMALL)) == [(540, 2, "**01** Small, without “One”")]


@pytest.mark.parametrize(
    ("stop", "words"),
    [
        (Stop("01", ("Three",)), "has no section Three"),
        (Stop("01", but=("Four",)), "has no section Four"),
        (Stop("01", exercises=("skip",)), "has no exercise skip"),
    ],
)
def test_a_plan_that_names_what_is_not_there_is_refused(stop, words):
    with pytest.raises(Trouble, match=words):
        list(rows(replace(HALF_DAY, items=(stop,)), SMALL))


def test_only_what_is_taught_can_be_cut():
    def leaving_out(*exercises):
        stop = Stop("01", ("One",), exercises=exercises)
        return cuts(Plan((9, 0), (stop,), (("01", "One"), ("01", "Two"))), SMALL)

    assert next(leaving_out("do")) == ("01", "One", 3 + 4)
    found = leaving_out()
    assert next(found) == ("01", "One", 3)
    with pytest.raises(Trouble, match="cuts “Two” of lesson 01, but does not teach it"):
        next(found)


def test_blocks_are_written_and_all_around_them_stays():
    before = "a\n<!-- objectives-01 -->\nold\n<!-- end -->\nb\n<!-- errors-01 -->\n<!-- end -->\n"
    assert page.filled(before, SMALL) == (
        "a\n<!-- objectives-01 -->\n- Count words.\n<!-- end -->\nb\n"
        "<!-- errors-01 -->\n- *Two:* `ValueError: no 'such' thing`\n<!-- end -->\n"
    )


def test_the_table_of_minutes_adds_up():
    table = page.filled("<!-- minutes -->\n<!-- end -->\n", SMALL | {"02": small_lesson(10)})
    assert "| 01 Small | 5 min | 4 min | 9 min | 10 s |" in table
    assert "| All | 15 min | 8 min | 23 min | |" in table


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<!-- weather -->\n<!-- end -->", "nothing writes a block called 'weather'"),
        ("<!-- errors-99 -->\n<!-- end -->", "nothing writes a block called 'errors-99'"),
        ("<!-- minutes -->\nno end", "not closed"),
        ("<!-- end -->", "not opened"),
    ],
)
def test_a_block_that_nothing_writes_is_refused(text, words):
    with pytest.raises(Trouble, match=words):
        page.filled(text, SMALL)


def test_the_command_writes_the_page_and_names_lessons_with_other_minutes(tmp_path, capsys):
    places = Places(tmp_path)
    places.notebooks.mkdir()
    (places.notebooks / "01_small.ipynb").write_text(json.dumps(small_lesson(minutes=20)))
    (places.notebooks / INSTRUCTORS).write_text("<!-- objectives-01 -->\n<!-- end -->\n")
    assert page.write_page(places) == 1
    assert "Lesson 01 announces 20 minutes; 3.5 are measured. Write 5" in capsys.readouterr().out
    assert "- Count words." in (places.notebooks / INSTRUCTORS).read_text()
    (places.notebooks / "01_small.ipynb").write_text(json.dumps(small_lesson(minutes=5)))
    assert page.write_page(places) == 0
