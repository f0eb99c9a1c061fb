"""The shell of every explorer: controls on top, below them a picture that follows.

Only the controls are widgets. The picture is an ordinary output that is replaced in place, so
the saved notebook always holds the last one with its description, and a reader without a kernel
loses the controls alone.
"""

import html
from collections.abc import Mapping
from typing import Any

import ipywidgets
from IPython.display import DisplayHandle, display

from course_utils.controls.keys import Keys
from course_utils.controls.range import Range
from course_utils.pictures.picture import Picture


class Explorer:
    """Connects controls to a record and a record to a picture; subclasses say which.

    A subclass gives `note`, one sentence that stands where the controls cannot be shown, and
    the methods `compute` and `draw`. Tests set a control's `.value` and read `.picture`.

    Args:
        controls: Widgets with a `value`, by the name of the argument they are for `compute`.

    Attributes:
        controls: As given.
        picture: The last picture drawn.
        error: What went wrong with the present values, or None. The picture then stays the last
            good one, and the message stands where the picture would be.
    """

    note = "Run this cell to move the controls."

    def __init__(self, controls: Mapping[str, ipywidgets.Widget]):
        self.controls = dict(controls)
        self.picture: Picture | None = None
        self.error: Exception | None = None
        self._handles: list[DisplayHandle] = []
        self._resting = False
        for control in self.controls.values():
            control.observe(self._follow, "value")
        self._follow()

    def compute(self, **values: Any) -> Any:
        """The record for these values; from `core`, without side effects."""
        raise NotImplementedError

    def draw(self, record: Any) -> Picture:
        """The picture of a record; from `figures`."""
        raise NotImplementedError

    def adapt(self, **values: Any) -> None:
        """Change what one control offers after another has moved; most explorers need not."""

    def values(self) -> dict[str, Any]:
        """The controls' values by name."""
        return {name: control.value for name, control in self.controls.items()}

    def __repr__(self) -> str:
        return self.note

    def _ipython_display_(self) -> None:
        display(_Controls(list(self.controls.values()), self.note))
        self._handles.append(display(self._bundle(), raw=True, display_id=True))

    def _follow(self, change: Any = None) -> None:
        if self._resting:
            return
        self._resting = True  # what `adapt` moves is drawn once, below
        try:
            self.adapt(**self.values())
            self.picture, self.error = self.draw(self.compute(**self.values())), None
        except Exception as error:
            self.error = error
        finally:
            self._resting = False
        for handle in self._handles:
            handle.update(self._bundle(), raw=True)

    def _bundle(self) -> dict:
        if self.error is None:
            return self.picture._repr_mimebundle_()
        words = f"{type(self.error).__name__}: {self.error}"
        shown = f"<p><strong>These values cannot be shown.</strong> {html.escape(words)}</p>"
        advice = "<p>Move a control, or run the cell again to start anew.</p>"
        return {"text/html": shown + advice, "text/plain": f"These values cannot be shown. {words}"}


class _Controls(ipywidgets.Box):
    """The controls in columns, as many as fit; without widgets, one stable sentence."""

    def __init__(self, controls: list[ipywidgets.Widget], note: str):
        columns = "repeat(auto-fill, minmax(370px, 1fr))"
        layout = ipywidgets.Layout(display="grid", grid_template_columns=columns, grid_gap="2px")
        guards = [] if any(isinstance(control, Range) for control in controls) else [Keys()]
        super().__init__([*controls, *guards], layout=layout)
        self._note = note

    def __repr__(self) -> str:
        return self._note

    def _repr_mimebundle_(self, **kwargs: Any) -> dict:
        return super()._repr_mimebundle_(**kwargs) | {"text/plain": self._note}
