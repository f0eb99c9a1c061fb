"""The explorer of lesson 05: the five lines of a training step, one button each."""

import ipywidgets
import traitlets

from course_utils.controls.explorer import Explorer
from course_utils.lessons.update.figures.training_step import draw_training_step
from course_utils.lessons.update.lines import LINES
from course_utils.lessons.update.training_step import run_lines


class CountingButton(ipywidgets.Button):
    """A button that counts its clicks, so that an explorer can follow it like any control."""

    value = traitlets.Int(0)

    def __init__(self, description: str, **traits):
        super().__init__(description=description, **traits)
        self.on_click(self._count)

    def _count(self, _) -> None:
        self.value += 1


class TrainingStepMachine(Explorer):
    """Run the five lines of a training step in any order: see one neuron after each.

    Args:
        lines: The names of the lines that have run already, with spaces.
    """

    def __init__(self, lines: str = ""):
        wide = ipywidgets.Layout(width="auto")
        self._lines = lines.split()
        self._counts: dict[str, int] = {}
        names = {**LINES, "again": "start again"}
        super().__init__(
            {name: CountingButton(words, layout=wide) for name, words in names.items()},
            compute=lambda **counts: run_lines(self._lines),
            draw=draw_training_step,
            adapt=self._note_line,
            note="Controls: a button for each line, and one to start again. "
            "Run the cell to press them.",
        )

    def _note_line(self, **counts: int) -> None:
        """Note which line is to run, or that all is to start again."""
        clicked = [name for name in counts if counts[name] != self._counts.get(name, 0)]
        self._counts = counts
        if "again" in clicked:
            self._lines.clear()
        self._lines += [name for name in clicked if name in LINES]
