"""Lesson 07's explorers in JupyterLab: one is trained by keyboard, one chosen from by mouse."""

import re

import nbformat
import pytest

from course_utils.lessons.train import Recipe, TrainingReplay, seeded_net, train_net
from course_utils.lessons.train.training import split_digits
from course_utils.network.digits import load_digits
from tests.browser import lab

CELLS = {
    "own": """
import torch
from course_utils.lessons.train import *
from course_utils.lessons.train.training import split_digits
torch.set_num_threads(1)
parts = split_digits(load_digits())
TrainYourOwn(parts.train, parts.validation)""",
    "replay": """
history = train_net(seeded_net(0), parts.train, Recipe(epochs=2))
TrainingReplay(history, parts.validation)""",
}
NOTE_DESCRIPTIONS = """cell => {
  const area = cell.querySelector('.jp-OutputArea');
  window.courseSeen = [area.querySelector('figure > img').alt];
  new MutationObserver(() => {
    const alt = area.querySelector('figure > img')?.alt;
    if (alt && alt !== window.courseSeen.at(-1)) window.courseSeen.push(alt);
  }).observe(area, {subtree: true, childList: true, attributes: true});
}"""


@pytest.fixture(scope="module")
def page(run_notebook, tmp_path_factory):
    cells = [nbformat.v4.new_code_cell(code.strip(), id=name) for name, code in CELLS.items()]
    path = tmp_path_factory.mktemp("train") / "train.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    with run_notebook(path) as running:
        assert lab.errors_in(running.cells) == []
        yield running.page
        assert running.page.problems == []


def cell_of(page, name):
    return page.locator(".jp-NotebookPanel .jp-Cell").nth(list(CELLS).index(name))


def wait_for(page, name, words):
    """The description, as soon as it contains the words."""
    return lab.described(cell_of(page, name), words)


def tab_to(page, name):
    """Press Tab until the control of this name has the keyboard."""
    said = (
        "() => { const e = document.activeElement; return e.labels?.[0]?.innerText ?? e.innerText }"
    )
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate(said).strip() == name:
            return
    raise AssertionError(f"Tab never reached {name}")


def test_two_settings_are_trained_stopped_and_compared_by_keyboard_alone(page):
    own = cell_of(page, "own")
    own.focus()
    tab_to(page, "Training digits")
    page.keyboard.press("End")
    wait_for(page, "own", r"A: 600 digits.*epoch \d+ of 40; training: \d+ % right")
    tab_to(page, "Stop training")
    page.keyboard.press("Space")
    stopped = wait_for(page, "own", r"Training is stopped\.$")
    done = int(re.search(r"epoch (\d+) of 40", stopped)[1])
    assert done < 40
    page.keyboard.press("Space")
    wait_for(page, "own", rf"A: 600 digits.*epoch (?!{done} )\d+ of 40")  # it goes on
    page.keyboard.press("Space")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Space")
    both = wait_for(page, "own", r"The controls move setting B\.")
    assert "Setting A: 600 digits" in both
    assert "Setting B: 300 digits" in both
    page.keyboard.press("Space")


def test_a_setting_that_was_trained_before_is_there_at_once(page):
    own = cell_of(page, "own")
    own.focus()
    tab_to(page, "Training digits")
    page.keyboard.press("Home")
    wait_for(page, "own", "A: 20 digits")
    own.evaluate(NOTE_DESCRIPTIONS)
    page.keyboard.press("ArrowRight")
    wait_for(page, "own", r"A: 60 digits.*epoch 40 of 40.*it overfits\.")
    seen = page.evaluate("() => window.courseSeen")
    assert len([each for each in seen if "A: 60 digits" in each]) == 1, seen


@pytest.fixture(scope="module")
def replay():
    """The same explorer, without a browser."""
    parts = split_digits(load_digits())
    history = train_net(seeded_net(0), parts.train, Recipe(epochs=2))
    return TrainingReplay(history, parts.validation)


@pytest.mark.parametrize("number", [-1, 0, 3, 5])
def test_a_click_on_the_curve_or_on_a_count_chooses_and_is_described(page, replay, number):
    picture = cell_of(page, "replay").locator("figure > img")
    region, box = replay.picture.regions[number], lab.box_of(picture)
    left, top, width, height = region.box
    chosen = dict(region.values) | {name: some[-1] for name, some in region.across.items()}
    at = left + width * (0.99 if region.across else 0.5), top + height / 2
    place = box["x"] + at[0] * box["width"], box["y"] + at[1] * box["height"]
    page.mouse.move(*place)
    assert picture.get_attribute("title") == region.label.format(**chosen)
    page.mouse.click(*place)
    replay.choose(**chosen)
    wait_for(page, "replay", f"^{re.escape(replay.picture.description)}$")
    for control in replay.controls.values():
        slider = page.get_by_role("slider", name=control.description, exact=True)
        words = control.labels[control.position]
        slider.and_(page.locator(f'[aria-valuetext="{words}"]')).wait_for()
