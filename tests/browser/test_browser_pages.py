"""Pages in which explorers move, opened from the disk with the network off and no Python near."""

import contextlib
import re

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from course_utils.command.instructor.handout import handout_pages
from course_utils.command.instructor.pages.forms import FRAMES
from course_utils.command.instructor.pages.frames import pack, print_frames
from course_utils.lessons.train import DigitPad
from course_utils.lessons.train.training import split_digits
from course_utils.lessons.update import TrainingStepMachine
from course_utils.network.digits import load_digits
from tests.browser import lab
from tests.browser.conftest import violations
from tests.command.instructor.pages.test_frames import EXPLORERS, NET

PARTS = split_digits(load_digits())

ALL = EXPLORERS | {
    "pad": lambda: DigitPad(NET, PARTS.train, PARTS.validation),
    "machine": TrainingStepMachine,
}
KEYS = {"range": ("ArrowRight", "ArrowLeft"), "select": ("ArrowDown", "ArrowUp")}
ALT = re.compile(r'alt="([^"]*)"')


@pytest.fixture(scope="module")
def printed():
    return {name: (explorer := make(), print_frames(explorer)) for name, make in ALL.items()}


@pytest.fixture(scope="module")
def file(printed, tmp_path_factory):
    cells = [new_markdown_cell("# Explorers"), new_markdown_cell("## Look\n\nA kernel is small.")]
    for name, (explorer, frames) in printed.items():
        note = new_output("display_data", data={"text/plain": repr(explorer)})
        picture = new_output("display_data", data=explorer._bundle())
        metadata = {FRAMES: pack(frames)}
        cells.append(new_code_cell(name, outputs=[note, picture], metadata=metadata))
    out = tmp_path_factory.mktemp("pages")
    for name, page in handout_pages({"00_all": new_notebook(cells=cells)}).items():
        (out / name).write_text(page, encoding="utf-8")
    return out / "00_all.html"


@contextlib.contextmanager
def opened(chromium, file):
    with lab.new_page(chromium) as page:
        page.context.set_offline(True)
        page.goto(file.as_uri())
        page.wait_for_function(
            f"() => document.querySelectorAll('.explorer .controls').length === {len(ALL)}"
        )
        yield page
        assert page.problems == []


@pytest.fixture
def page(chromium, file):
    with opened(chromium, file) as page:
        yield page


@pytest.fixture(scope="module")
def one_page(chromium, file):
    """For tests that move an explorer each and put it back."""
    with opened(chromium, file) as page:
        yield page


def place_of(page, name):
    return page.locator(".explorer").nth(list(ALL).index(name))


def alts(frames):
    """Key by the description that its frame has; HTML's escapes as they are."""
    return {key: ALT.search(frame["html"])[1] for key, frame in frames["frames"].items()}


def wait_for(place, alt):
    place.locator("figure > img").and_(place.page.locator(f'css=[alt="{alt}"]')).wait_for()


@pytest.mark.parametrize("name", [name for name in ALL if name != "machine"])
def test_every_control_moves_by_keyboard_to_the_frame_that_the_kernel_drew(one_page, printed, name):
    page, (_, frames) = one_page, printed[name]
    place, start = place_of(page, name), frames["start"].split(",")
    for i, control in enumerate(frames["controls"]):
        element = place.locator("input, select").nth(i)
        assert element.evaluate("e => e.labels[0].innerText").strip().startswith(control["words"])
        element.focus()
        at, last = int(start[i]), len(control["labels"]) - 1
        forward, back = KEYS.get(control["kind"], ("Space", "Space"))
        there, again = (forward, back) if at < last else (back, forward)
        moved = [*start]
        moved[i] = str(at + 1 if at < last else at - 1)
        page.keyboard.press(there)
        wait_for(place, alts(frames)[",".join(moved)])
        page.keyboard.press(again)
        wait_for(place, alts(frames)[frames["start"]])


def test_where_a_setting_is_not_held_the_others_return_to_their_start(page, printed):
    place, frames = place_of(page, "sizes"), printed["sizes"][1]
    first, second = (place.get_by_role("slider").nth(i) for i in (0, 1))
    before = first.get_attribute("aria-valuetext")
    first.press("ArrowRight")
    assert first.get_attribute("aria-valuetext") != before
    second.press("ArrowRight")
    start = frames["start"].split(",")
    wait_for(place, alts(frames)[",".join([start[0], str(int(start[1]) + 1), *start[2:]])])
    assert first.get_attribute("aria-valuetext") == before


def test_controls_follow_what_one_of_them_changes(page):
    place = place_of(page, "microscope")
    place.get_by_role("slider", name="Stride").press("End")
    place.get_by_alt_text(re.compile("stride 3")).wait_for()
    assert place.get_by_role("slider", name="Row").get_attribute("max") == "9"


def test_a_click_on_the_picture_chooses(page):
    place = place_of(page, "microscope")
    image = place.locator("figure > img")
    box = lab.box_of(image)
    page.mouse.move(box["x"] + 0.978 * box["width"], box["y"] + 0.753 * box["height"])
    assert image.evaluate("image => image.style.cursor") == "pointer"
    page.mouse.down()
    page.mouse.up()
    place.get_by_alt_text(re.compile("At row 27, column 27")).wait_for()
    assert place.get_by_role("slider", name="Row").input_value() == "27"


def test_buttons_go_on_until_the_page_says_that_it_ends(page, printed):
    place, names = place_of(page, "machine"), alts(printed["machine"][1])
    for pressed in ("0", "0,1", "0,1,2"):
        place.get_by_role("button").nth(int(pressed[-1])).press("Enter")
        wait_for(place, names[pressed])
    for _ in range(6):
        place.get_by_role("button").nth(0).press("Space")
    said = place.get_by_role("status")
    assert said.inner_text().startswith("From here on this page has no picture.")
    place.get_by_role("button", name="start again").press("Space")
    wait_for(place, names[""])
    assert said.inner_text() == printed["machine"][1]["note"]


def test_a_search_leads_to_the_section(page):
    box = page.get_by_role("searchbox", name="Search the lessons")
    box.fill("kernel SMALL")
    found = page.locator(".search li")
    found.first.wait_for()
    assert found.all_inner_texts() == ["Explorers: Look … A kernel is small. …"]
    assert found.get_by_role("link").get_attribute("href") == "00_all.html#Look"
    box.fill("nowhere")
    page.get_by_text("Nothing found.").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_moving_pages_are_accessible(page, axe, scheme):
    page.emulate_media(color_scheme=scheme)
    page.get_by_role("searchbox").fill("kernel")
    page.locator(".search li").first.wait_for()
    assert violations(axe, page, "html") == []


def test_a_phone_holds_the_controls(page):
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_paper_shows_the_pictures_alone(page):
    page.emulate_media(media="print")
    assert page.locator(".controls:visible, .search:visible").count() == 0
    assert page.locator("figure > img:visible").count() == len(ALL)


def test_without_scripts_the_stored_pictures_and_notes_stand(chromium, file, printed):
    context = chromium.new_context(java_script_enabled=False, offline=True)
    try:
        page = context.new_page()
        page.goto(file.as_uri())
        assert page.locator(".explorer figure > img:visible").count() == len(ALL)
        assert page.locator(".explorer .note:visible").count() == len(ALL)
        assert page.locator("form.search:visible").count() == 0
    finally:
        context.close()
