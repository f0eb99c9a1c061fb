"""Pictures of whole lessons in JupyterLab, in pieces that a person can look at.

python -m tests.browser.shots notebooks/01_define.ipynb --out screenshots --theme both
"""

import argparse
import itertools
import sys
from pathlib import Path

from tests.browser import lab

PIECE_HEIGHT = 1400  # pixels


def shots(page, stem: str, out: Path) -> list[Path]:
    """Write pictures of the whole open notebook, from its top to its end."""
    out.mkdir(parents=True, exist_ok=True)
    written = []
    for number, (top, bottom) in enumerate(pieces(*_cell_positions(page)), start=1):
        path = out / f"{stem}_{number:02}.png"
        page.screenshot(path=path, clip=_scroll_to(page, top, bottom), animations="disabled")
        written.append(path)
    return written


def pieces(tops: list[float], end: float, limit: float = PIECE_HEIGHT) -> list[tuple]:
    """Cut the height `end` into pieces of at most `limit`, between cells wherever possible."""
    cuts = [0.0]
    while cuts[-1] < end:
        start = cuts[-1]
        possible = [top for top in [*tops, end] if start < top <= start + limit]
        cuts.append(max(possible, default=start + limit))
    return list(itertools.pairwise(cuts))


def _cell_positions(page) -> tuple[list[float], float]:
    """Return the upper edge of every cell and the lower edge of the last one."""
    return page.evaluate(
        """() => {
            const panel = document.querySelector('.jp-NotebookPanel-notebook');
            const view = panel.querySelector('.jp-WindowedPanel-outer') ?? panel;
            const zero = view.getBoundingClientRect().top - view.scrollTop;
            const edges = [...panel.querySelectorAll('.jp-Cell')]
                .map(cell => cell.getBoundingClientRect());
            return [edges.map(e => e.top - zero), edges.at(-1).bottom - zero + 8];
        }"""
    )


def _scroll_to(page, top: float, bottom: float) -> dict:
    """Scroll the notebook so that `top` to `bottom` can be seen; return where that is."""
    return page.evaluate(
        """async ([top, bottom]) => {
            const panel = document.querySelector('.jp-NotebookPanel-notebook');
            const view = panel.querySelector('.jp-WindowedPanel-outer') ?? panel;
            view.scrollTop = top;
            await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
            const box = view.getBoundingClientRect();
            return {x: box.left, y: box.top + top - view.scrollTop,
                    width: view.clientWidth, height: Math.max(1, bottom - top)};
        }""",
        [top, bottom],
    )


def take_shots(notebooks: list[Path], out: Path, themes: list[str]) -> bool:
    """Open and run each notebook, write its pictures; return whether all ran without errors."""
    clean = True
    with lab.serve(themes[0]) as server, lab.browser() as chromium:
        for notebook in notebooks:
            with lab.new_page(chromium, width=1100, height=PIECE_HEIGHT + 200) as page:
                lab.open_notebook(page, server, lab.fresh_copy(notebook, server.folder))
                faults = lab.errors_in(lab.run_all(page))
                for theme in themes:
                    lab.set_theme(page, theme)
                    for path in shots(page, f"{notebook.stem}_{theme}", out):
                        print(path)
                faults += page.problems + [f"request left this computer: {u}" for u in page.outside]
                for fault in faults:
                    print(f"{notebook.name}: {fault}", file=sys.stderr)
                clean = clean and not faults
    return clean


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("notebooks", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, default=Path("screenshots"))
    parser.add_argument("--theme", choices=[*lab.THEMES, "both"], default="light")
    options = parser.parse_args()
    if reason := lab.missing():
        parser.error(reason)
    themes = list(lab.THEMES) if options.theme == "both" else [options.theme]
    return 0 if take_shots(options.notebooks, options.out, themes) else 1


if __name__ == "__main__":
    sys.exit(main())
