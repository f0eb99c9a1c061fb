"""What a check, a hint and a solution show: words first, colour second."""

import re
from dataclasses import dataclass, field
from html import escape

CORRECT = "correct"
NOT_YET = "not yet"
NOT_STARTED = "not started"
STOPPED = "stopped with an error"

VERDICT = "application/vnd.nn-course.feedback+json"  # for whoever reads the saved notebook

PAPER = "#ffffff"  # its own paper, so that it reads the same in light and dark themes
INK = "#1a1a1a"
COLOURS = {  # of the first words; each at least 4.5 : 1 on the paper
    CORRECT: "#00609a",
    NOT_YET: "#7a5200",
    NOT_STARTED: "#595959",
    STOPPED: "#b03a00",
}


@dataclass(frozen=True)
class Feedback:
    """The verdict on an answer, or a hint; true for *correct* alone.

    Attributes:
        status: `correct`, `not yet`, `not started`, `stopped with an error`, or which hint it is.
        code: Names the mistake, for tests and instructors; empty where there is none.
        message: One or two sentences for the learner.
        exercise: Its name, saved with the notebook; two verdicts are equal without it.
    """

    status: str
    code: str
    message: str
    exercise: str = field(default="", compare=False)

    def __bool__(self) -> bool:
        return self.status == CORRECT

    def __repr__(self) -> str:
        return f"{self.status.capitalize()}: {self.message}"

    def _repr_html_(self) -> str:
        return _paper(
            self.status.capitalize(), self.message, COLOURS.get(self.status, COLOURS[NOT_STARTED])
        )

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict:
        """Add to words and HTML what stays true when the cell is renamed, copied or moved."""
        if not self.exercise:
            return {}
        return {VERDICT: {"exercise": self.exercise, "status": self.status, "code": self.code}}


@dataclass(frozen=True)
class Solution:
    """The source of a solution, and why it is right."""

    source: str
    why: str = ""

    def __repr__(self) -> str:
        return f"{self.source}\n\n{self.why}".strip()

    def _repr_markdown_(self) -> str:
        return f"```python\n{self.source}\n```\n\n{self.why}".strip()


def _paper(title: str, message: str, colour: str) -> str:
    # JupyterLab gives code a colour of its own, which would not fit this paper in a dark theme.
    code = f'<code style="background:{PAPER};color:{INK}">'
    words = re.sub(r"`([^`\n]+)`", rf"{code}\1</code>", escape(message))
    return (
        f'<div role="status" style="background:{PAPER};color:{INK};padding:0.5em 0.8em;'
        f'border-left:4px solid {colour};white-space:pre-wrap">'
        f'<strong style="color:{colour}">{escape(title)}:</strong> {words}</div>'
    )
