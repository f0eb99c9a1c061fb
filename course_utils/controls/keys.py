"""Keys pressed on controls stay with the controls, and Escape leaves them for their cell."""

from pathlib import Path

from course_utils.controls.base import AnyWidget

GUARD = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
"""The script that keeps them; a widget's own script follows it and calls `guardBox(el)`."""


class Keys(AnyWidget):
    """Guards the box in which it stands, unseen. A box that holds a `Range` needs none."""

    _esm = f"""{GUARD}
export default {{
  render({{ el }}) {{
    el.style.cssText = "position: absolute; width: 1px; height: 1px";
    return guardBox(el);
  }},
}};
"""

    def __repr__(self) -> str:
        return "Keys()"
