"""Make the animated picture of the README: two explorers in JupyterLab, pointed at and moved.

    python tests/browser/animate.py docs/explorers.gif

What it shows are the explorers as they are, so make it anew when they have changed.
"""

import io
import sys
import tempfile
from pathlib import Path

import nbformat
from PIL import Image

from tests.browser import lab

SIZE = (1080, 620)
COLOURS = 200
SHOWN = 720  # pixels of width in the picture
PAUSE, STEP = 1500, 140  # milliseconds that a scene's last frame, and each other one, stands
CELLS = [
    """from course_utils.lessons.define import ConvolutionMicroscope, one_of_each
from course_utils.network.lenet import seeded_net

ConvolutionMicroscope(seeded_net(0), one_of_each().images[3])""",
    """from course_utils.lessons.backprop import NeuronStepper

NeuronStepper()""",
]
HAND = """() => {
  const hand = document.createElement('div');
  hand.style.cssText = 'position: fixed; z-index: 9999; width: 18px; height: 18px; margin: -9px;'
    + 'border: 3px solid #1a1a1a; border-radius: 50%; background: #ffffffaa; pointer-events: none';
  document.body.append(hand);
  window.addEventListener('pointermove', event => {
    hand.style.left = `${event.clientX}px`;
    hand.style.top = `${event.clientY}px`;
  }, true);
}"""


def frame(page) -> Image.Image:
    """The cells as they look now."""
    page.wait_for_timeout(150)
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    area = page.locator(".jp-NotebookPanel-notebook").bounding_box()
    left, top, wide, high = (round(area[side]) for side in ("x", "y", "width", "height"))
    picture = picture.crop((left, top, left + wide, top + high))
    return picture.resize((SHOWN, round(picture.height * SHOWN / picture.width)), Image.LANCZOS)


def show_cell(page, number: int):
    """Scroll a cell to the top; return it."""
    cell = page.locator(".jp-NotebookPanel .jp-Cell").nth(number)
    cell.evaluate("cell => cell.scrollIntoView({block: 'start'})")
    return cell


def convolution(page) -> list[Image.Image]:
    """The window is drawn over the digit by the mouse."""
    box = show_cell(page, 0).locator("figure > img").bounding_box()
    frames = []
    for i in range(13):
        x, y = 0.035 + 0.0095 * i, 0.30 + 0.03 * i
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
        if not i:
            page.mouse.down()
        frames.append(frame(page))
    page.mouse.up()
    return frames


def backward(page) -> list[Image.Image]:
    """The way back through a neuron, by the arrow key."""
    step = show_cell(page, 1).get_by_role("slider", name="Step back")
    page.mouse.move(0, 0)
    step.press("Home")
    frames = [frame(page)]
    for _ in range(int(step.get_attribute("max"))):
        step.press("ArrowRight")
        frames.append(frame(page))
    return [one for one in frames for _ in range(4)]


def main(out: Path) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        lab.serve() as server,
        lab.browser() as chromium,
        lab.new_page(chromium, *SIZE) as page,
    ):
        path = Path(folder) / "explorers.ipynb"
        cells = [nbformat.v4.new_code_cell(code) for code in CELLS]
        nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
        lab.open_notebook(page, server, lab.fresh_copy(path, server.folder))
        lab.run_all(page)
        page.evaluate(HAND)
        scenes = [convolution(page), backward(page)]
    frames = [one.quantize(COLOURS, dither=Image.Dither.NONE) for scene in scenes for one in scene]
    lasts = {len(scenes[0]) - 1, len(frames) - 1}
    times = [PAUSE if i in lasts else STEP for i in range(len(frames))]
    frames[0].save(out, save_all=True, append_images=frames[1:], duration=times, loop=0)
    print(f"{out}: {len(frames)} frames, {out.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) == 2 else sys.exit(__doc__))
