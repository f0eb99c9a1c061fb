"""Keys pressed on controls stay with the controls, and Escape leaves them for their cell."""

from pathlib import Path

GUARD = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
"""The script that keeps them; a widget's own script follows it and calls `guardBox(el)`."""
