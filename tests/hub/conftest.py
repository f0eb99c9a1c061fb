"""What the tests of a real JupyterHub need."""

import psutil
import pytest

pytest.importorskip("jupyterhub", reason="jupyterhub is not installed: test hub installs it")


@pytest.fixture(autouse=True)
def nothing_stays():
    """Whatever a test does to a hub, none of its processes is left."""
    before = of_classes()
    yield
    assert of_classes() <= before


def of_classes() -> set[psutil.Process]:
    """Return the processes of all classes on this computer, measured now."""
    return {process for process in psutil.process_iter() if _is_of_a_class(process)}


def _is_of_a_class(process: psutil.Process) -> bool:
    try:
        return any(name.startswith("COURSE_HUB_") for name in process.environ())
    except (psutil.Error, OSError):
        return False
