"""A small notebook with controls that work and controls that must be found out."""

import nbformat

SET_UP = '''
from html import escape
from urllib.parse import quote
import ipywidgets
from IPython.display import display
from course_utils.controls.range import LABEL_WIDTH, Range

SVG = """<svg xmlns="http://www.w3.org/2000/svg" width="600" height="60">
<rect width="100%" height="100%" fill="white"/><text x="9" y="35">{}</text></svg>"""
STYLE = {"description_width": LABEL_WIDTH}

def picture(text):
    source = "data:image/svg+xml," + quote(SVG.format(escape(text)))
    html = f'<figure><img alt="{escape(text)}" src="{source}"></figure>'
    return {"text/html": html, "text/plain": text}

def explore(*controls, say=lambda values: "; ".join(map(str, values)), beside=()):
    def now():
        return picture(say([control.value for control in controls]))
    box = ipywidgets.VBox([*controls, *beside])
    display(box)
    handle = display(now(), raw=True, display_id=True)
    for control in controls:
        control.observe(lambda change: handle.update(now(), raw=True), "value")
'''

GOOD = """
size = Range("Input size", range(24, 41, 2), value=40)
explore(
    size,
    Range("Kernel", [3, 5, 7], labels=lambda side: f"{side} × {side}"),
    ipywidgets.Dropdown(description="Channel", options=["none", "first"], style=STYLE),
    ipywidgets.Checkbox(description="Leave out the batch", style=STYLE),
    ipywidgets.ToggleButtons(description="Layer", options=["conv1", "conv2"], style=STYLE),
    ipywidgets.RadioButtons(description="Order", options=["right", "wrong"], style=STYLE),
    ipywidgets.BoundedIntText(description="Number", min=0, max=5, value=5, style=STYLE),
)
"""

SHRINKING = """
stride, row = Range("Stride", [1, 2]), Range("Row", range(10), value=9)
stride.observe(lambda change: setattr(row, "options", range(10 // change["new"])), "value")
explore(stride, row)
"""

BUTTON = """
import traitlets
from course_utils.controls.pointer import Pointer

class Press(ipywidgets.Button):
    value = traitlets.Int(0)

press = Press(description="Press")
press.on_click(lambda button: setattr(button, "value", button.value + 1))
explore(press, say=lambda values: f"pressed {values[0]}", beside=[Pointer()])
"""

DEAD = 'explore(Range("Dead", range(4)), say=lambda values: "always the same")'
SILENT = 'explore(Range("Silent", range(4)), say=lambda values: "" if values[0] else "first")'
NAMELESS = "explore(ipywidgets.IntSlider(max=3))"
UNGUARDED = 'explore(ipywidgets.Dropdown(description="Unguarded", options=["one", "two"]))'
ALONE = 'Range("Alone", range(4))'
FAULTY = """
from IPython.display import HTML
HTML('<img alt="from outside" src="https://example.org/picture.png">')
"""

CELLS = {
    "set-up": SET_UP,
    "good": GOOD,
    "shrinking": SHRINKING,
    "button": BUTTON,
    "dead": DEAD,
    "silent": SILENT,
    "nameless": NAMELESS,
    "unguarded": UNGUARDED,
    "alone": ALONE,
    "outside": FAULTY,
    "refused": "raise ValueError('not expected')",
}


def notebook():
    """Return the notebook; the name of a cell in CELLS is its id."""
    book = nbformat.v4.new_notebook()
    book.metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    for name, source in CELLS.items():
        book.cells.append(nbformat.v4.new_code_cell(source.strip(), id=name))
    return book
