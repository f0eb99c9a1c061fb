"""A learner's exception: their line, PyTorch's words, and what these mean."""

import linecache
import re
import sysconfig
import traceback
from pathlib import Path
from types import TracebackType

import torch

from course_utils.exercises.guard import TooLong
from course_utils.exercises.meanings import meaning_of

LONGEST = 160  # letters of an exception's own words that are shown

_PACKAGE = Path(__file__).resolve().parents[1]
_NOT_THEIRS = (
    str(_PACKAGE),
    str(Path(torch.__file__).parent),
    *(sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")),
    "<frozen",
    "<string>",
    "<__array",
)

_OUT_OF_MEMORY = r"can't allocate memory|not enough memory|out of memory|Overflow when unpacking"


def explain(error: BaseException, seconds: float) -> str:
    """Say where in the learner's code an exception arose, and what it means.

    Args:
        error: As it was caught, with its traceback; its own text may be hostile.
        seconds: How long the check was willing to wait.
    """
    place = _their_line(error.__traceback__)
    if isinstance(error, TooLong):
        return f"{place}Still running after {seconds:g} seconds. Is there a loop without an end?"
    text = _text(error)
    if isinstance(error, MemoryError) or re.search(_OUT_OF_MEMORY, text):
        return f"{place}It asked for more memory than a check may use. How large is the result?"
    own = ": ".join(filter(None, (type(error).__name__, _short(text))))
    return f"{place}{_ended(own)} {meaning_of(error, text)}".strip()


def _their_line(trace: TracebackType | None) -> str:
    """`Line 3, `return x @ w`. `, the innermost line that is the learner's; empty if none is."""
    place = ""
    for frame, number in traceback.walk_tb(trace):
        path = frame.f_code.co_filename
        if not path.startswith(_NOT_THEIRS):
            source = linecache.getline(path, number).strip()
            place = f"Line {number}, `{source}`. " if source else f"Line {number}. "
    return place


def _text(error: BaseException) -> str:
    """The exception's own text, without addresses; empty if it refuses."""
    try:
        return re.sub(r"0x[0-9a-fA-F]{6,}", "0x…", str(error))
    except Exception:
        return ""


def _short(text: str) -> str:
    """The first line; of a long one the first sentence."""
    line = text.strip().partition("\n")[0]
    if len(line) <= LONGEST:
        return line
    sentence = line.partition(". ")[0]
    return sentence if len(sentence) <= LONGEST else line[:LONGEST].rstrip() + " …"


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."
