"""A learner's exception: their line, PyTorch's words, and what these mean."""

import linecache
import re
import sys
import sysconfig
import traceback
from pathlib import Path

import torch

from course_utils.checks.limits import TooLong
from course_utils.checks.meanings import meaning_of

LONGEST = 160  # letters of an exception's own words that are shown
LONGEST_LINE = 70

_LIBRARIES = (
    str(Path(__file__).resolve().parents[1]),
    str(Path(torch.__file__).parent),
    *(sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")),
    "<frozen",
    "<string>",
    "<__array",
)
_OUT_OF_MEMORY = r"MemoryError|can't allocate memory|not enough memory|out of memory|when unpacking"


def is_learners(path: str) -> bool:
    """Whether code of this file is the learner's: of no library and not of the course."""
    return not path.startswith(_LIBRARIES)


def is_learners_module(name: str) -> bool:
    """The same of a module, by its name; a notebook's code is in `__main__`, which has no file."""
    module = sys.modules.get(name)
    if module is None or name == "__main__":
        return True
    return is_learners(getattr(module, "__file__", None) or "<frozen")


def explain(error: BaseException, name: str, check: str) -> str:
    """Say where in the learner's code an exception arose, and what it means.

    `check` is the file of the check, whose lines are not the learner's.
    """
    place, function = _place(error, check)
    if isinstance(error, TooLong):
        seconds = f"{error.args[0]:.3g}" if error.args else "some"
        return f"{place}Still running after {seconds} seconds. Is there a loop without an end?"
    text = ": ".join(filter(None, (type(error).__name__, _text(error))))
    if re.search(_OUT_OF_MEMORY, text):
        return f"{place}It asked for more memory than there is. How large is the result?"
    raised = f"in {function}" if function else "called by the check"
    place = place or f"`{name}` cannot be used as the task asks. "
    return f"{place}{_short(text)} {meaning_of(f'{text} <{raised}>')}".strip()


def _place(error: BaseException, check: str) -> tuple[str, str]:
    """The innermost line that is the learner's, and the innermost function; empty if there is none,
    and where that function is the course's own."""
    place = path = function = ""
    for frame, number in traceback.walk_tb(error.__traceback__):
        path, function = frame.f_code.co_filename, frame.f_code.co_name
        if is_learners(path) and path != check:
            source = linecache.getline(path, number).strip()
            if len(source) > LONGEST_LINE:
                source = source[:LONGEST_LINE] + " …"
            place = f"Line {number}, `{source}`. " if source else f"Line {number}. "
    is_ours = path == check or path.startswith(_LIBRARIES[0])
    return place, "" if is_ours else function


def _text(error: BaseException) -> str:
    """The exception's own text, without colours and addresses; empty if it refuses."""
    try:
        plain = re.sub(r"\x1b\[[0-9;]*m", "", str(error))
        return re.sub(r"0x[0-9a-fA-F]{6,}", "0x…", plain)
    except Exception:
        return ""


def _short(text: str) -> str:
    """The first line, with the next if it announces that; of a long one the first sentence."""
    line, _, others = text.strip().partition("\n")
    if line.endswith(":"):
        line = " ".join([line, *others.strip().splitlines()[:1]])
    if len(line) > LONGEST:
        sentence = line.partition(". ")[0]
        line = sentence if len(sentence) <= LONGEST else line[:LONGEST].rstrip() + " …"
    return line if line.endswith((".", "!", "?", "…")) else f"{line}."
