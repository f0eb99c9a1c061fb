"""Numbers and lists as text: a true minus sign, no −0, one step but two steps."""

from collections.abc import Iterable, Sequence

from torch import Tensor

MINUS = "−"


def fixed(number: Tensor | float, decimals: int) -> str:
    """A number with so many decimals.

    Example:
        >>> fixed(-0.5, 2), fixed(-0.0001, 2)
        ('−0.50', '0.00')
    """
    return with_minus(f"{round(float(number), decimals) + 0.0:.{decimals}f}")


def short(number: Tensor | float, decimals: int = 4) -> str:
    """A number rounded to so many decimals, without zeros at its end.

    Example:
        >>> short(-7.5), short(2.0)
        ('−7.5', '2')
    """
    return with_minus(f"{round(float(number), decimals) + 0.0:g}")


def with_minus(text: str) -> str:
    """The text with minus signs in place of hyphens."""
    return text.replace("-", MINUS)


def count(number: int, what: str) -> str:
    """A number of things.

    Example:
        >>> count(1, "step"), count(1200, "step")
        ('1 step', '1,200 steps')
    """
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def by(shape: Iterable[int]) -> str:
    """A shape as it is read aloud.

    Example:
        >>> by((6, 28, 28))
        '6×28×28'
    """
    return "×".join(map(str, shape))


def listed(words: Sequence[str]) -> str:
    """Words as a list in a sentence.

    Example:
        >>> listed(["SGD"]), listed(["SGD", "Adam"]), listed(["a", "b", "c"])
        ('SGD', 'SGD and Adam', 'a, b and c')
    """
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"
