"""The settings of the course's JupyterLab, read by the server (`jupyter lab --config=…`)."""

import warnings
from typing import Any

WIDGET = "application/vnd.jupyter.widget-view+json"


def leave_out_widgets(model: dict[str, Any], **_: Any) -> None:
    """Keep widgets out of what is saved: without their kernel, a note stands there instead.

    A widget's view is a reference into a running kernel. Opened later it shows an error, while
    the output's plain text says what was there and how to have it again.

    Args:
        model: What is about to be saved; its outputs are changed where they hold text besides.
    """
    if model["type"] != "notebook" or not isinstance(model.get("content"), dict):
        return
    for cell in model["content"].get("cells", []):
        for output in cell.get("outputs", []):
            if "text/plain" in output.get("data", {}):
                output["data"].pop(WIDGET, None)


if "get_config" in globals():  # as Jupyter reads it; not where it is imported
    c = globals()["get_config"]()
    # Jupyter applies the settings twice, and warns of the second hook, which is the first.
    warnings.filterwarnings("ignore", "Overriding existing pre_save_hook")
    c.ContentsManager.pre_save_hook = leave_out_widgets
    c.ServerApp.ip = "127.0.0.1"
    c.ServerApp.open_browser = False  # the command opens it, when the server answers
    c.ServerApp.answer_yes = True  # one Ctrl-C is enough
    c.ServerApp.log_level = c.LabApp.log_level = "ERROR"
    c.KernelManager.transport_encryption = "auto"  # else each kernel warns
    c.LabApp.news_url = None
    c.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
