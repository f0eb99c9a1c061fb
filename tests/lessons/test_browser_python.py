"""All that learners import works without threads, signals and processes, as in a browser."""

import subprocess
import sys

from tests.support.lessons import ROOT

PROGRAM = """
import builtins, pkgutil, importlib
import torch, matplotlib.figure, ipywidgets, anywidget, IPython.display

HIDDEN = {"signal", "resource", "subprocess", "threading", "multiprocessing", "fcntl", "_thread"}
original = builtins.__import__

def refuse(name, globals=None, *rest, **more):
    here = (globals or {}).get("__name__", "")
    if here.startswith("course_utils") and name.partition(".")[0] in HIDDEN:
        raise ImportError(f"{here} imports {name}")
    return original(name, globals, *rest, **more)

builtins.__import__ = refuse
import course_utils
for room in ("network", "pictures", "controls", "checks", "lessons"):
    package = importlib.import_module(f"course_utils.{room}")
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        importlib.import_module(module.name)

from course_utils.lessons.define import ShapeWalk, draw_architecture, one_of_each, trace
from course_utils.lessons.loss import mse
from course_utils.network.lenet import Net

image = one_of_each().images[3]
print(draw_architecture(trace(Net(), image.unsqueeze(0))).description[:5])
explorer = ShapeWalk(image)
explorer.controls["size"].value = 28
print("fc1 refuses" in explorer.picture.description)
print(mse.check(torch.nn.MSELoss()).status, mse.check(lambda output, target: 0.0).status)
"""


def test_nothing_of_what_a_browser_lacks_is_needed():
    run = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, cwd=ROOT)
    assert run.stdout.splitlines() == ["INPUT", "True", "correct not yet"], run.stderr[-2000:]
