"""Choosing by a pointer on the picture of an explorer."""

from collections.abc import Callable
from pathlib import Path

import traitlets

from course_utils.controls.base import AnyWidget
from course_utils.controls.keys import GUARD


class Pointer(AnyWidget):
    """Stands unseen in the box of the controls, listens on the picture below, guards the keys.

    The picture is found where JupyterLab puts it; in any other front end nothing happens.

    Args:
        choose: Called with the values of the controls that the pointer has met, by name.

    Attributes:
        regions: Of the picture that is shown, as `Region.data` gives them.
    """

    _esm = GUARD + Path(__file__).with_suffix(".js").read_text(encoding="utf-8")

    regions = traitlets.List().tag(sync=True)

    def __init__(self, choose: Callable[..., None] = lambda **values: None):
        super().__init__()
        self.on_msg(lambda widget, content, buffers: choose(**content.get("choose", {})))

    def __repr__(self) -> str:
        return "Pointer()"
