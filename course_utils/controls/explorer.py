"""The shell of every explorer: controls on top, below them a picture that follows.

Only the controls are widgets. The picture is an ordinary output that is replaced in place, so
the saved notebook always holds the last one with its description, and a reader without a kernel
loses the controls alone.
"""

import asyncio
import contextlib
import html
import math
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import ipywidgets
import traitlets
from IPython.display import DisplayHandle, display

from course_utils.controls.base import HAS_ANYWIDGET, WITHOUT
from course_utils.controls.pointer import Pointer
from course_utils.pictures.picture import Picture

SLICE = 0.1  # seconds of computing before the next picture
PAUSE = 0.01  # seconds in which the kernel hears of a control's move


class Explorer:
    """Connects controls to a record, and the record to a picture.

    Tests set a control's `.value` and read `.picture`.

    Args:
        controls: Widgets with a `value`, by the name of the argument they are for `compute`.
        compute: Takes the controls' values by name and returns a record, without side effects. One
            that takes long returns an iterator of records, each after a bit of work. The first is
            drawn at once, others as they come, until a control moves; the last one only if the
            explorer is not displayed yet or no kernel runs.
        draw: Takes the record and returns its picture.
        note: One sentence that stands where the controls cannot be shown.
        adapt: Takes the values too, and changes what one control offers after another has moved.

    Attributes:
        controls: As given.
        picture: The last picture drawn.
        error: What went wrong with the present values, or None. The picture then stays the last
            good one, and the message stands where the picture would be.
    """

    def __init__(
        self,
        controls: Mapping[str, ipywidgets.Widget],
        compute: Callable[..., Any],
        draw: Callable[[Any], Picture],
        note: str,
        adapt: Callable[..., None] | None = None,
    ):
        self.controls: dict[str, Any] = dict(controls)
        self.picture: Picture | None = None
        self.error: Exception | None = None
        self._compute, self._draw, self._adapt, self._note = compute, draw, adapt, note
        self._handles: list[DisplayHandle] = []
        self._pointer = Pointer(self.choose)
        self._coming: Iterator[Any] | None = None
        self._is_updating = False
        for control in self.controls.values():
            control.observe(self._update, "value")
        self._update()

    def values(self) -> dict[str, Any]:
        """The controls' values by name."""
        return {name: control.value for name, control in self.controls.items()}

    def choose(self, **values: Any) -> None:
        """Set controls, as a pointer on the picture does, and draw once.

        A value that a control does not offer now leaves it where it is.
        """
        with contextlib.ExitStack() as until_drawn:  # the picture is sent before the controls
            for control in self.controls.values():
                until_drawn.enter_context(control.hold_sync())
            self._is_updating = True
            for name, value in values.items():
                with contextlib.suppress(traitlets.TraitError):
                    self.controls[name].value = value
            self._is_updating = False
            self._update()

    def __repr__(self) -> str:
        return self._note

    def _ipython_display_(self) -> None:
        if HAS_ANYWIDGET:
            display(_Controls([*self.controls.values(), self._pointer], self._note))
        else:
            display({"text/plain": WITHOUT, "text/markdown": WITHOUT}, raw=True)
        self._handles.append(display(self._bundle(), raw=True, display_id=True))

    def _update(self, change: Any = None) -> None:
        if self._is_updating:
            return
        self._is_updating = True  # what `adapt` moves is drawn once, below
        self._coming = None
        try:
            if self._adapt:
                self._adapt(**self.values())
            record = self._compute(**self.values())
            if isinstance(record, Iterator):
                self._coming, record = record, next(record)
            self.picture, self.error = self._draw(record), None
        except Exception as error:
            self.error = error
        finally:
            self._is_updating = False
        self._show()
        if self._coming:
            self._wait_for(self._coming)

    def _wait_for(self, records: Iterator[Any]) -> None:
        """Let the kernel hear of other moves before it computes further records."""
        try:
            loop = asyncio.get_running_loop() if self._handles else None
        except RuntimeError:
            loop = None
        if loop:
            loop.call_later(PAUSE, self._go_on, records, SLICE)
        else:
            self._go_on(records, math.inf)

    def _go_on(self, records: Iterator[Any], seconds: float) -> None:
        """Draw the last of the records that come in so many seconds, unless a control has moved."""
        if records is not self._coming:
            return
        try:
            came = _all_in(records, seconds)
            if came:
                self.picture, self.error = self._draw(came[-1]), None
                self._show()
                self._wait_for(records)
        except Exception as error:
            self.error = error
            self._show()

    def _show(self) -> None:
        regions = self.picture.regions if self.picture and not self.error else ()
        self._pointer.regions = [region.data() for region in regions]
        for handle in self._handles:
            handle.update(self._bundle(), raw=True)

    def _bundle(self) -> dict:
        if self.error is None and self.picture is not None:
            return self.picture._repr_mimebundle_()
        words = f"{type(self.error).__name__}: {self.error}"
        shown = f"<p><strong>These values cannot be shown.</strong> {html.escape(words)}</p>"
        advice = "<p>Move a control, or run the cell again to start anew.</p>"
        return {"text/html": shown + advice, "text/plain": f"These values cannot be shown. {words}"}


def _all_in(records: Iterator[Any], seconds: float) -> list[Any]:
    """The records that come in so many seconds; at least one, if there is any."""
    until, came = time.monotonic() + seconds, []
    for record in records:
        came.append(record)
        if time.monotonic() >= until:
            break
    return came


class _Controls(ipywidgets.Box):
    """The controls in columns, as many as fit; without widgets, one stable sentence."""

    def __init__(self, controls: list[ipywidgets.Widget], note: str):
        columns = "repeat(auto-fill, minmax(min(370px, 100%), 1fr))"
        layout = ipywidgets.Layout(display="grid", grid_template_columns=columns, grid_gap="2px")
        super().__init__(controls, layout=layout, _dom_classes=("course-controls",))
        self._note = note

    def __repr__(self) -> str:
        return self._note

    def _repr_mimebundle_(self, **kwargs: Any) -> dict:
        return super()._repr_mimebundle_(**kwargs) | {"text/plain": self._note}
