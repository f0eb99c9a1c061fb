"""Measure, in Chromium, the time from a key press to the changed picture; run by hand.

    python tests/browser/measure_latency.py notebooks/01_define.ipynb

For every range in every explorer: presses of an arrow key, from the key's event in the browser
until the new picture is decoded and a frame with it has been asked for. No test asserts these
times: they say as much about the computer as about the course.
"""

import statistics
import sys
from pathlib import Path

from tests.browser import controls, lab

STEPS = 20

TIMER = """
cell => {
  const output = courseControls.cell(cell).querySelector('.jp-Cell-outputArea');
  const now = () => JSON.stringify(courseControls.descriptions(cell));
  window.courseTimes = [];
  let start = null, before = now();
  const observer = new MutationObserver(async () => {
    if (start === null || now() === before || now() === '[]') return;
    const began = start;
    start = null;
    before = now();
    await Promise.all([...output.querySelectorAll('img')].map(img => img.decode()));
    requestAnimationFrame(() => window.courseTimes.push(performance.now() - began));
  });
  observer.observe(output, {subtree: true, childList: true, attributes: true});
  const keydown = event => { start = event.timeStamp; };
  window.addEventListener('keydown', keydown, true);
  window.courseStop = () => {
    observer.disconnect();
    window.removeEventListener('keydown', keydown, true);
  };
}
"""


def times_of(page, control) -> list[float]:
    """Return the milliseconds of each step, to and fro near the middle."""
    page.evaluate(TIMER, control.cell)
    controls.focus(page, control)
    for step in range(STEPS):
        page.keyboard.press("ArrowLeft" if step % 4 < 2 else "ArrowRight")
        page.wait_for_timeout(250)
    page.evaluate("() => window.courseStop()")
    return page.evaluate("() => window.courseTimes")


def main(notebooks: list[Path]) -> None:
    print(f"{'notebook':<22} {'control':<28} {'steps':>5} {'median':>7} {'p90':>7} {'most':>7}  ms")
    with lab.serve() as server, lab.browser() as chromium:
        for notebook in notebooks:
            with lab.new_page(chromium) as page:
                lab.open_notebook(page, server, lab.fresh_copy(notebook, server.folder))
                lab.run_all(page)
                for cell in controls.cells_with_controls(page):
                    for control in controls.controls_of(page, cell):
                        if control.kind == "range":
                            _print_row(notebook, control, times_of(page, control))


def _print_row(notebook: Path, control, times: list[float]) -> None:
    if len(times) < 2:
        print(f"{notebook.stem:<22} {control.name:<28} too few moves to tell")
        return
    numbers = (statistics.median(times), statistics.quantiles(times, n=10)[-1], max(times))
    shown = " ".join(f"{number:7.0f}" for number in numbers)
    print(f"{notebook.stem:<22} {control.name:<28} {len(times):5} {shown}")


if __name__ == "__main__":
    main([Path(argument) for argument in sys.argv[1:]] or sys.exit(__doc__))
