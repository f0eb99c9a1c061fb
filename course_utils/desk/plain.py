"""Words of strangers, made safe for a terminal, a picture and a spreadsheet."""

import unicodedata

LONGEST = 60  # letters of a name that are shown
FORMULA = ("=", "+", "-", "@")  # a spreadsheet takes what begins so for a formula


def plain(text: str, longest: int = LONGEST) -> str:
    """Return a text as one line without control characters, cut where it is too long.

    Colour codes, bells, changes of the writing direction and broken letters become `�`.

    Example:
        >>> plain("Ada\\x1b[31m\\nL.")
        'Ada�[31m L.'
    """
    line = " ".join(text[: 4 * longest].split())
    shown = "".join(letter if letter.isprintable() else "�" for letter in line)
    return shown if len(shown) <= longest else shown[: longest - 1] + "…"


def for_spreadsheet(text: str, longest: int = 300) -> str:
    """Return a text that no spreadsheet takes for a formula.

    Example:
        >>> for_spreadsheet("=HYPERLINK(1)"), for_spreadsheet("Ada")
        ("'=HYPERLINK(1)", 'Ada')
    """
    shown = plain(text, longest)
    return f"'{shown}" if shown.startswith(FORMULA) else shown


def columns(text: str) -> int:
    """Return how many columns of a terminal a text takes.

    Example:
        >>> columns("Ada"), columns("李"), columns("e\\u0301")
        (3, 2, 1)
    """
    return sum(map(_columns, text))


def padded(text: str, width: int, align: str = "<") -> str:
    """Return a text filled with blanks to some columns of a terminal."""
    blanks = " " * max(width - columns(text), 0)
    return blanks + text if align == ">" else text + blanks


def _columns(letter: str) -> int:
    if unicodedata.combining(letter):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1
