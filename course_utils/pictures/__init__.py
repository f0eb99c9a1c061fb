"""What a figure is: an image and a description of it, drawn from one record."""

import os
import sys

try:
    import matplotlib
except ValueError:  # MPLBACKEND names a backend that is not here; these figures need none
    os.environ.pop("MPLBACKEND", None)
    for _name in [name for name in sys.modules if name.partition(".")[0] == "matplotlib"]:
        del sys.modules[_name]  # else the half of it that was imported stays
    import matplotlib  # noqa: F401
