"""What a learner types: `start`, `setup` and `reset`."""

import sys
from pathlib import Path

from course_utils.command.environment.setup import ready_python
from course_utils.command.instructor.output_folder import RECORD
from course_utils.command.learner.jupyterlab import open_lab, open_lesson, running_server
from course_utils.command.learner.resume import lesson_to_resume
from course_utils.command.learner.workspace import find_lesson, refresh, reset
from course_utils.command.project import Project, UserError


def start(lesson: str | None, port: int | None, browser: bool) -> int:
    """Open a lesson, or a folder of copies, in JupyterLab: in the server that runs or a new one."""
    if lesson and (Path(lesson) / RECORD).is_file():
        return _open_copies(Project(workspace=Path(lesson).resolve()), port, browser)
    wanted = find_lesson(lesson).name if lesson else ""
    server = running_server()
    python = Path(sys.executable) if server else ready_python()
    for line in refresh():
        print(line)
    name, why = (wanted, "as you asked") if wanted else lesson_to_resume()
    print(f"Opening {name}: {why}.")
    if server is None:
        return open_lab(python, name, port, browser)
    print("JupyterLab runs already for this course, in another window.")
    open_lesson(server, name, browser)
    return 0


def _open_copies(copies: Project, port: int | None, browser: bool) -> int:
    """Open the first notebook of a folder that `live` or `solved` has made."""
    names = sorted(path.name for path in copies.workspace.glob("*.ipynb"))
    if not names:
        raise UserError(f"There is no lesson in {copies.workspace.name}.")
    print(f"Opening {names[0]} in {copies.workspace.name}.")
    server = running_server(copies)
    if server is None:
        return open_lab(ready_python(), names[0], port, browser, copies)
    open_lesson(server, names[0], browser, copies)
    return 0


def prepare() -> int:
    """Set up, hand out the lessons, and open nothing."""
    ready_python()
    for line in refresh():
        print(line)
    print("Everything is here. The lessons are in the folder workspace.")
    return 0


def hand_out_anew(lesson: str) -> int:
    """Hand out one lesson anew."""
    print(reset(lesson))
    return 0
