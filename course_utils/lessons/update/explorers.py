"""The explorer of lesson 05: the five lines of a training step, one button each."""

import ipywidgets
import traitlets

from course_utils.controls.explorer import Explorer
from course_utils.lessons.update.figures.training_step import draw_presses
from course_utils.lessons.update.training_step import LINES, run_presses


class Press(ipywidgets.Button):
    """A button that counts its presses, so that an explorer can follow it like any control."""

    value = traitlets.Int(0)

    def __init__(self, description: str, **traits):
        super().__init__(description=description, **traits)
        self.on_click(self._count)

    def _count(self, _) -> None:
        self.value += 1


class TrainingStepMachine(Explorer):
    """Press the five lines of a training step in any order: see one neuron after each press."""

    def __init__(self):
        wide = ipywidgets.Layout(width="auto")
        self._presses: list[str] = []
        self._counts: dict[str, int] = {}
        names = {**LINES, "again": "start again"}
        super().__init__(
            {name: Press(words, layout=wide) for name, words in names.items()},
            compute=lambda **counts: run_presses(self._presses),
            draw=draw_presses,
            adapt=self._note_presses,
            note="Controls: a button for each line, and one to start again. "
            "Run the cell to press them.",
        )

    def _note_presses(self, **counts: int) -> None:
        """Note which button was pressed, or that all is to start again."""
        pressed = [name for name in counts if counts[name] != self._counts.get(name, 0)]
        self._counts = counts
        if "again" in pressed:
            self._presses.clear()
        self._presses += [name for name in pressed if name in LINES]
