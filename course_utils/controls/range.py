"""A range control with a name, words for its value, and the keyboard of the browser's own."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from numbers import Integral, Real
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from course_utils.controls.keys import GUARD

LABEL_WIDTH = "9em"  # of range.css; as `description_width` it puts other controls into line
MOST_POSITIONS = 2000

Labels = Sequence[str] | Callable[[Any], str]


class Range(anywidget.AnyWidget):
    """A control that chooses one of several values in order: `Range("Epoch", options=[1, 2, 5])`.

    ipywidgets' own sliders give screen readers no name; this one is the browser's native control
    with a label, and says its value in words. Arrow keys, Home, End, PageUp and PageDown move it.

    Args:
        description: The visible name. Must not be empty.
        value: Where it starts; the first value if not given. Read it and set it as `.value`,
            follow it with `.observe(function, "value")`.
        min, max, step: The values `min`, `min + step`, … up to `max`; `step` is 1 if not given.
        options: The values themselves, in order, in place of `min`, `max` and `step`.
        labels: What is shown for each value: a list as long as the values, or a function that
            takes a value. Without it, the value as text.

    Raises:
        traitlets.TraitError: The value is not one of the values, or the values make no range.

    Example:
        >>> size = Range("Input size", value=32, min=24, max=40, step=2)
        >>> size.value = 28
        >>> size
        Range('Input size', value=28)
        >>> Range("Learning rate", options=[0.01, 0.03, 0.1], value=0.03).value
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
        *,
        value: Any = None,
        min: float | None = None,
        max: float | None = None,
        step: float | None = None,
        options: Iterable[Any] | None = None,
        labels: Labels | None = None,
        **widget_traits: Any,
    ):
        self._options: tuple[Any, ...] = ()
        self._label = labels if callable(labels) else str
        self._grid = {"min": min, "max": max, "step": 1 if step is None else step}
        if options is None:
            options = _grid_values(**self._grid)
        elif (min, max, step) == (None, None, None):
            options, self._grid = _checked_options(options), None
        else:
            raise traitlets.TraitError("Give either `options` or `min`, `max` and `step`, not both")
        super().__init__(description=description, **widget_traits)
        self._set_options(options, None if callable(labels) else labels)
        if value is not None:
            self.value = value

    @property
    def options(self) -> tuple[Any, ...]:
        """The values to choose from. Set it to change them; the nearest value is kept."""
        return self._options

    @options.setter
    def options(self, options: Iterable[Any]) -> None:
        self._set_options(_checked_options(options))
        self._grid = None

    @property
    def min(self) -> Any:
        """The first value. Set it to change the range; the nearest value is kept."""
        return self._options[0]

    @min.setter
    def min(self, limit: float) -> None:
        self._change_grid(min=limit)

    @property
    def max(self) -> Any:
        """The last value. Set it to change the range; the nearest value is kept."""
        return self._options[-1]

    @max.setter
    def max(self, limit: float) -> None:
        self._change_grid(max=limit)

    def __repr__(self) -> str:
        return f"Range({self.description!r}, value={self.value!r})"

    def _change_grid(self, **change: float) -> None:
        if self._grid is None:
            raise traitlets.TraitError(f"{self!r} has `options`: set these, not `min` and `max`")
        grid = self._grid | change
        if grid != self._grid:
            self._set_options(_grid_values(**grid))
            self._grid = grid

    def _set_options(self, options: tuple[Any, ...], labels: Sequence[str] | None = None) -> None:
        labels = [self._label(option) for option in options] if labels is None else list(labels)
        if len(labels) != len(options):
            raise traitlets.TraitError(
                f"Expected one label for each of the {len(options)} values, got {len(labels)}"
            )
        kept = _nearest(options, self.value, self.position) if self._options else 0
        with self.hold_sync():  # the browser gets labels and position in one message
            self._options = options
            self.labels = labels
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
        self.position = _find(self._options, change["new"])

    @traitlets.observe("position")
    def _follow_position(self, change: Any) -> None:
        self.value = self._options[change["new"]]


def _grid_values(min: Any, max: Any, step: Any) -> tuple[Any, ...]:
    """Return `min`, `min + step`, … up to `max`: whole numbers if `min` and `step` are."""
    for name, number in {"min": min, "max": max, "step": step}.items():
        if not _is_number(number) or not math.isfinite(number):
            raise traitlets.TraitError(f"Expected a number as `{name}`, got {number!r}")
    if step <= 0 or max < min:
        raise traitlets.TraitError(
            f"Expected `step` above 0 and `max` not below `min`; got min={min!r}, max={max!r}, "
            f"step={step!r}"
        )
    count = math.floor((max - min) / step + 1e-9) + 1
    if count > MOST_POSITIONS:
        raise traitlets.TraitError(
            f"A range of {count:,} values cannot be moved by keyboard; make `step` larger so that "
            f"it has at most {MOST_POSITIONS:,}"
        )
    values = [min + index * step for index in range(count)]
    whole = isinstance(min, Integral) and isinstance(step, Integral)
    return tuple(int(value) if whole else round(float(value), 12) for value in values)


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
