"""One JupyterLab and one Chromium for all browser tests; every lesson is opened and run once."""

import contextlib
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest

from course_utils.command.project import ROOT
from tests.browser import lab, sample

OURS = ".jp-OutputArea, .jp-MarkdownOutput"  # JupyterLab's own frame is not ours to judge
SAMPLE_TESTS = ("test_browser_controls.py", "test_browser_accessibility.py")  # but for lessons
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


@dataclass(frozen=True)
class Lesson:
    """A notebook that was opened in JupyterLab and run from top to bottom."""

    name: str
    page: object
    cells: list[dict]


def pytest_collection_modifyitems(items):
    """Put browser tests last: while playwright runs, others cannot start an event loop."""
    here = Path(__file__).parent
    items.sort(key=lambda item: here in item.path.parents)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Let one worker do all that uses one page, so that a lesson is opened and run only once."""
    from xdist.scheduler import LoadScopeScheduling

    class ByPage(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return page_of(nodeid)

    return ByPage(config, log)


def page_of(nodeid: str) -> str:
    """The lesson that a test opens, else the sample, else its own file's page.

    >>> page_of("tests/browser/test_browser_lessons.py::test_every_cell_runs[07_train]")
    '07_train'
    """
    if found := re.search(r"\[(\d\d_\w+)(?:-|\])", nodeid):
        return found[1]
    file = nodeid.partition("::")[0]
    return "sample" if file.endswith(SAMPLE_TESTS) else file


def skip_or_fail(reason: str) -> None:
    """Skip the test; where the variable CI is set, fail instead."""
    if os.environ.get("CI", "").lower() in ("1", "true"):
        pytest.fail(f"Browser tests must run where CI is set, but {reason}", pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def browser_is_there():
    if reason := lab.missing():
        skip_or_fail(reason)


@pytest.fixture(scope="session")
def server(browser_is_there):
    with lab.serve() as running:
        shutil.copytree(ROOT / "notebooks", running.folder, dirs_exist_ok=True)
        yield running


@pytest.fixture(scope="session")
def chromium(browser_is_there):
    with lab.browser() as running:
        yield running


@pytest.fixture(scope="session")
def run_notebook(server, chromium):
    """Return a context manager: a notebook's path -> the `Lesson` it becomes when it is run."""

    @contextlib.contextmanager
    def opened(path):
        with lab.new_page(chromium) as page:
            lab.open_notebook(page, server, lab.fresh_copy(path, server.folder))
            yield Lesson(path.stem, page, lab.run_all(page))

    return opened


@pytest.fixture(scope="session", params=NOTEBOOKS, ids=lambda path: path.stem)
def lesson(request, run_notebook):
    with run_notebook(request.param) as running:
        yield running


@pytest.fixture(scope="session")
def sample_page(run_notebook, tmp_path_factory):
    path = tmp_path_factory.mktemp("sample") / "sample.ipynb"
    nbformat.write(sample.notebook(), path)
    with run_notebook(path) as running:
        yield running.page


@pytest.fixture(scope="session")
def axe():
    try:
        from axe_playwright_python.sync_playwright import Axe
    except ImportError:
        skip_or_fail(
            "axe-playwright-python is not installed: python -m pip install axe-playwright-python"
        )
    return Axe()


def violations(axe, page, where=OURS, **options):
    """List what axe-core finds wrong: the rule, why, and the element concerned."""
    options = {"resultTypes": ["violations"], **options}
    found = axe.run(page, where, options).response["violations"]
    return [
        f"{violation['id']}: {node['failureSummary']} {node['html'][:300]}"
        for violation in found
        for node in violation["nodes"]
    ]
