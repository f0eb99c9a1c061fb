"""A course in small, and its notebooks as learners hand them in, for the tests of `progress`."""

import copy
import io
import json
import tempfile
import zipfile
from pathlib import Path

from course_utils.checks.feedback import Feedback
from course_utils.command.instructor.class_files import File
from course_utils.command.project import Project

LESSON, NEXT = "01_small", "02_next"
EXERCISES = {LESSON: ("double", "square"), NEXT: ("halve",)}
STARTER = "def answer_{}(number):\n    return ..."
RIGHT = {"double": "2 * number", "square": "number**2", "halve": "number / 2"}

SETUP = f"""
from {Feedback.__module__} import Feedback


class Exercise:
    def __init__(self, name, wanted):
        self.name, self.wanted = name, wanted

    def check(self, answer):
        try:
            got = answer(3)
        except Exception as error:
            says = "stopped with an error", type(error).__name__, "It stopped."
            return Feedback(*says, self.name)
        if got is ...:
            return Feedback("not started", "", "It is the starter.", self.name)
        if got != self.wanted:
            return Feedback("not yet", "wrong", "A sentence.", self.name)
        return Feedback("correct", "", "Yes.", self.name)


double, square, halve = Exercise("double", 6), Exercise("square", 9), Exercise("halve", 1.5)
"""
NOT_NEEDED = "import math\nfrom random import Random as Dice\n\nhelper = 2"


def course(folder: Path) -> Project:
    """Write a checkout of two lessons with three exercises."""
    project = Project(folder)
    project.notebooks.mkdir(parents=True)
    for name in EXERCISES:
        put(project.notebooks / f"{name}.ipynb", lesson(name))
    return project


def put(path: Path, notebook: object) -> Path:
    """Write a notebook, making its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = notebook if isinstance(notebook, bytes) else json.dumps(notebook).encode()
    path.write_bytes(content)
    return path


def lesson(name: str = LESSON) -> dict:
    """A lesson as it is given out: run from top to bottom, the exercises not started."""
    cells = [text("# A lesson"), code("setup", SETUP.strip(), tags=["needed"])]
    cells.append(code("not-needed", NOT_NEEDED))
    for exercise in EXERCISES[name]:
        cells.append(text(f"### Exercise: To {exercise} a number\n\nWrite it."))
        cells.append(code(exercise, STARTER.format(exercise), course={"exercise": exercise}))
        check = code(f"{exercise}-check", f"{exercise}.check(answer_{exercise})")
        cells.append(check | {"outputs": [verdict(exercise, "not started")]})
        a_try = code(f"{exercise}-try", f"{exercise}.check(lambda number: number)")
        cells.append(a_try | {"outputs": [verdict(exercise, "not yet", "wrong")]})
    for count, cell in enumerate((cell for cell in cells if "outputs" in cell), 1):
        cell["execution_count"] = count
    return copy.deepcopy({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def text(source: str) -> dict:
    return {"cell_type": "markdown", "id": "text", "metadata": {}, "source": source}


def code(name: str, source: str, **metadata: object) -> dict:
    """A code cell without outputs, never run."""
    parts = {"execution_count": None, "metadata": metadata, "outputs": []}
    return {"cell_type": "code", "id": name, "source": source.splitlines(True)} | parts


def verdict(exercise: str, status: str, mistake: str = "", sentence: str = "A sentence.") -> dict:
    """What a check leaves in the file, in the form that it has today."""
    said = Feedback(status, mistake, sentence, exercise)
    data = {"text/plain": [repr(said)], "text/html": ["<div></div>"], **said._repr_mimebundle_()}
    return {"output_type": "execute_result", "execution_count": 1, "metadata": {}, "data": data}


def error(name: str) -> dict:
    return {"output_type": "error", "ename": name, "evalue": "It failed.", "traceback": []}


def cell(notebook: dict, name: str) -> dict:
    return next(one for one in notebook["cells"] if one["id"] == name)


def answer(exercise: str, body: str = "") -> str:
    """The source of an answer; a right one, if nothing else is asked for."""
    return STARTER.format(exercise).replace("...", body or RIGHT[exercise])


def answered(
    notebook: dict, exercise: str, status: str = "", mistake: str = "", source: str = ""
) -> dict:
    """Write an answer into a notebook, run it, and check it if a status is given."""
    counts = [one.get("execution_count") or 0 for one in notebook["cells"]]
    written = {"source": source or answer(exercise), "execution_count": max(counts) + 1}
    cell(notebook, exercise).update(written)
    check = cell(notebook, f"{exercise}-check")
    check["outputs"] = []
    if status:
        outputs = [verdict(exercise, status, mistake)]
        check.update(outputs=outputs, execution_count=max(counts) + 2)
    return notebook


def solved(path: Path) -> dict:
    """A lesson of the course with the exercises' own solutions in it."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    sources = ["".join(one["source"]) for one in notebook["cells"]]
    for one in notebook["cells"]:
        if name := one["metadata"].get("course", {}).get("exercise"):
            check = next(source for source in sources if f"{name}.check(" in source)
            names: dict = {}
            exec(
                "\n".join(x for x in check.splitlines() if x.startswith(("from", "import"))), names
            )
            one["source"] = names[name].solution().source
    return notebook


def write_class(folder: Path, contents: dict[str, bytes]) -> Path:
    """Write files; in a place such as `ada.zip!01_small.ipynb`, what precedes ! is a zip file."""
    zips: dict[str, dict[str, bytes]] = {}
    for place, content in contents.items():
        outer, mark, inner = place.partition("!")
        if mark:
            zips.setdefault(outer, {})[inner] = content
        else:
            put(folder / place, content)
    for place, inside in zips.items():
        put(folder / place, zipped(inside))
    return folder


def zipped(contents: dict[str, bytes]) -> bytes:
    """A zip file, with zip files in it where a place says so."""
    with tempfile.TemporaryDirectory() as folder:
        write_class(Path(folder), contents)
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w") as archive:
            for path in sorted(Path(folder).rglob("*")):
                if path.is_file():
                    archive.write(path, path.relative_to(folder).as_posix())
    return content.getvalue()


def file(path: Path) -> File:
    """A file of a class."""
    return File((path.name,), path.lstat().st_mtime, lambda: path.open("rb"))
