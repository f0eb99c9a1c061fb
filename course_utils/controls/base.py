"""The base of the controls that bring JavaScript of their own: anywidget's, where it is there."""

from typing import Any

import ipywidgets

try:
    from anywidget import AnyWidget
except ImportError:  # in a kernel that is not the course's, such as Colab's
    AnyWidget: Any = ipywidgets.DOMWidget

HAS_ANYWIDGET = AnyWidget is not ipywidgets.DOMWidget
WITHOUT = (
    "The controls of this picture need the package anywidget. Run `%pip install anywidget` in a "
    "cell, restart the kernel, and run the lesson again."
)
