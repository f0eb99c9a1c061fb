"""A range control with a name, words for its value, and the keyboard of the browser's own."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from numbers import Real
from pathlib import Path
from typing import Any

import traitlets

from course_utils.controls.base import AnyWidget
from course_utils.controls.keys import GUARD
from course_utils.pictures.words import with_minus

LABEL_WIDTH = "9em"  # of range.css; as `description_width` it puts other controls into line

Labels = Sequence[str] | Callable[[Any], str]


class Range(AnyWidget):
    """A control that chooses one of several values in order: `Range("Epoch", [1, 2, 5])`.

    ipywidgets' own sliders give screen readers no name; this one is the browser's native control
    with a label, and says its value in words. Arrow keys, Home, End, PageUp and PageDown move it.

    Args:
        description: The visible name. Must not be empty.
        options: The values to choose from, in order; they all differ. `range(11)` will do.
        value: Where it starts; the first value if not given. Read it and set it as `.value`,
            follow it with `.observe(function, "value")`.
        labels: What is shown for each value: a list as long as the values, or a function that
            takes a value. Without it, the value as text.

    Raises:
        traitlets.TraitError: The value is not one of the values, or there are none.

    Example:
        >>> size = Range("Input size", range(24, 41, 2), value=32)
        >>> size.value = 28
        >>> size
        Range('Input size', value=28)
        >>> Range("Learning rate", [0.01, 0.03, 0.1], value=0.03).value
        0.03
    """

    _esm = GUARD + Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
    _css = Path(__file__).with_suffix(".css")

    value = traitlets.Any()
    description = traitlets.Unicode().tag(sync=True)
    labels = traitlets.List(traitlets.Unicode()).tag(sync=True)
    position = traitlets.Int(0).tag(sync=True)

    def __init__(
        self,
        description: str,
        options: Iterable[Any],
        *,
        value: Any = None,
        labels: Labels | None = None,
        **widget_traits: Any,
    ):
        self._options: tuple[Any, ...] = ()
        self._label: Any = labels if callable(labels) else _as_text
        super().__init__(description=description, **widget_traits)
        self._set_options(_checked_options(options), None if callable(labels) else labels)
        if value is not None:
            self.value = value

    @property
    def options(self) -> tuple[Any, ...]:
        """The values to choose from. Set it to change them; the nearest value is kept."""
        return self._options

    @options.setter
    def options(self, options: Iterable[Any]) -> None:
        options = tuple(options)
        if options != self._options:
            self._set_options(_checked_options(options))

    def __repr__(self) -> str:
        return f"Range({self.description!r}, value={self.value!r})"

    def _set_options(self, options: tuple[Any, ...], labels: Sequence[str] | None = None) -> None:
        words = [self._label(option) for option in options] if labels is None else list(labels)
        if len(words) != len(options):
            raise traitlets.TraitError(
                f"Expected one label for each of the {len(options)} values, got {len(words)}"
            )
        kept = _nearest(options, self.value, self.position) if self._options else 0
        with self.hold_sync():  # the browser gets labels and position in one message
            self._options = options
            self.labels = words
            self.position = kept
            self.value = options[kept]

    @traitlets.validate("description")
    def _check_description(self, proposal: Any) -> str:
        if not proposal["value"].strip():
            raise traitlets.TraitError("Expected a description: a control needs a visible name")
        return proposal["value"]

    @traitlets.validate("value")
    def _check_value(self, proposal: Any) -> Any:
        value = proposal["value"]
        position = _find(self._options, value)
        if position is None:
            raise traitlets.TraitError(
                f"{self.description}: expected one of {_listed(self._options)}; got {value!r}"
            )
        return self._options[position]

    @traitlets.validate("position")
    def _check_position(self, proposal: Any) -> int:
        position = proposal["value"]
        if not 0 <= position < max(len(self._options), 1):
            raise traitlets.TraitError(
                f"{self.description}: expected a position from 0 to {len(self._options) - 1}; "
                f"got {position}"
            )
        return position

    @traitlets.observe("value")
    def _follow_value(self, change: Any) -> None:
        self.position = _find(self._options, change["new"]) or 0

    @traitlets.observe("position")
    def _follow_position(self, change: Any) -> None:
        self.value = self._options[change["new"]]


def _checked_options(options: Iterable[Any]) -> tuple[Any, ...]:
    options = tuple(options)
    if not options:
        raise traitlets.TraitError("Expected at least one value to choose from, got none")
    for position, option in enumerate(options):
        if _find(options, option) != position:
            raise traitlets.TraitError(f"Expected values that all differ; {option!r} does not")
    return options


def _find(options: Sequence[Any], value: Any) -> int | None:
    """Return the position of the value, numbers compared but for rounding; None if not there."""
    return next((at for at, option in enumerate(options) if _same(option, value)), None)


def _same(option: Any, value: Any) -> bool:
    if _is_number(option) and _is_number(value):
        return math.isclose(option, value, rel_tol=1e-9, abs_tol=1e-12)
    return isinstance(value, type(option)) and bool(option == value)


def _is_number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)


def _nearest(options: Sequence[Any], value: Any, position: int) -> int:
    """Return the position of the value or, where it is gone, of the one to take instead."""
    if (found := _find(options, value)) is not None:
        return found
    if all(map(_is_number, [*options, value])):
        return min(range(len(options)), key=lambda at: abs(options[at] - value))
    return min(position, len(options) - 1)


def _listed(options: Sequence[Any]) -> str:
    shown = [repr(option) for option in options]
    return ", ".join(shown if len(shown) <= 6 else [*shown[:3], "…", shown[-1]])


def _as_text(value: Any) -> str:
    return with_minus(str(value)) if isinstance(value, Real) else str(value)
