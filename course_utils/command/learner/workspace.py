"""The learner's working copy of the lessons, which an update of the course never overwrites.

A notebook counts as changed when the sources of its cells differ from what was handed out: code,
text, a cell more or fewer. Outputs do not count, since running the lesson brings them back; so a
lesson that was read and run, but not written in, is refreshed. A file that cannot be read as a
notebook, or of which nothing is recorded, counts as changed.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from course_utils.command.project import (
    HERE,
    Project,
    UserError,
    read_json,
    replace_bytes,
    replace_text,
)

RECORD = ".course.json"  # in the working copy: what was handed out, by name


def refresh(project: Project = HERE) -> list[str]:
    """Bring the working copy up to date and return what the learner should be told.

    A file that is missing is handed out; one unchanged since is replaced by the new version; one
    the learner changed is kept, and a new version is put beside it once, under a name of its own.
    """
    project.workspace.mkdir(exist_ok=True)
    record = _record(project)
    said = []
    for source in course_files(project):
        name = source.relative_to(project.notebooks).as_posix()
        said += _refresh_file(source, project.workspace / name, record.setdefault(name, {}))
    _store(record, project)
    return said


def reset(lesson: str, project: Project = HERE) -> str:
    """Hand out a lesson anew, keep the learner's beside it, and return what to tell them."""
    source = find_lesson(lesson, project)
    mine = project.workspace / source.name
    project.workspace.mkdir(exist_ok=True)
    kept = None
    if mine.exists() and mine.read_bytes() != source.read_bytes():
        kept = put_beside(mine, "mine", mine.read_bytes())
    record = _record(project)
    replace_bytes(mine, source.read_bytes())
    record[source.name] = {"handed": signature(source.read_bytes())}
    _store(record, project)
    if kept is None:
        return f"{source.name} is fresh; there was no other version to keep."
    return f"{source.name} is fresh; yours is kept as {kept.name}. Reopen the lesson to see it."


def lessons(project: Project = HERE) -> list[Path]:
    """List the course's notebooks, in the order of the lessons."""
    return sorted(project.notebooks.glob("*.ipynb"))


def find_lesson(wanted: str, project: Project = HERE) -> Path:
    """Return the notebook that `01`, `define`, `01_define` or `01_define.ipynb` means."""
    word = Path(wanted).name.removesuffix(".ipynb").lower()
    found = [path for path in lessons(project) if word in _names(path)]
    if len(found) == 1:
        return found[0]
    known = ", ".join(path.stem for path in lessons(project))
    raise UserError(f"There is no lesson {wanted!r}. The lessons are: {known}.")


def chosen_lessons(wanted: Iterable[str], project: Project = HERE) -> list[Path]:
    """Return the notebooks that the words mean, in the course's order; without words, all."""
    return sorted({find_lesson(word, project) for word in wanted}) or lessons(project)


def course_files(project: Project = HERE) -> Iterator[Path]:
    """Yield every file that belongs into the working copy: not the hidden, not the instructor's."""
    for path in sorted(project.notebooks.rglob("*")):
        parts = path.relative_to(project.notebooks).parts
        hidden = any(part.startswith((".", "__")) for part in parts)
        if path.is_file() and not hidden:
            yield path


def signature(content: bytes) -> str:
    """Return a hash of what a learner can change: a notebook's cells, any other file's bytes.

    Example:
        >>> def cell(number):
        ...     return {"cell_type": "code", "source": ["1 + 1"], "execution_count": number}
        >>> def notebook(number):
        ...     return json.dumps({"cells": [cell(number)], "metadata": {}}).encode()
        >>> signature(notebook(1)) == signature(notebook(8))
        True
    """
    return hashlib.sha256(_written_in(content) or content).hexdigest()


def put_beside(path: Path, word: str, content: bytes) -> Path:
    """Write `content` into a new file beside `path` (`01_define_mine_1.ipynb`), over none."""
    number = 1
    while True:
        beside = path.with_name(f"{path.stem}_{word}_{number}{path.suffix}")
        try:
            with beside.open("xb") as file:
                file.write(content)
        except FileExistsError:
            number += 1
        else:
            return beside


def _refresh_file(source: Path, mine: Path, record: dict) -> list[str]:
    """Refresh one file, keep its record, and return what to say."""
    new = source.read_bytes()
    if not mine.exists():
        mine.parent.mkdir(parents=True, exist_ok=True)
        replace_bytes(mine, new)
        record["handed"] = signature(new)
        return []
    try:
        old = mine.read_bytes()
    except OSError as error:
        return [f"{mine.name} cannot be read ({error.strerror}). Rename it to get a fresh one."]
    has = signature(old)
    if has == signature(new):
        record["handed"] = has
        return []
    if has == record.get("handed"):
        replace_bytes(mine, new)
        record["handed"] = signature(new)
        return [f"{mine.name}: a new version, in place of the one you had not changed."]
    said = _damage(mine, old)
    if signature(new) in (record.get("handed"), record.get("offered")):
        return said
    beside = put_beside(mine, "new", new)
    record["offered"] = signature(new)
    new_version = "yours is kept as it is; the new version is beside it as"
    return [*said, f"{mine.name}: {new_version} {beside.name}."]


def _damage(mine: Path, content: bytes) -> list[str]:
    if mine.suffix != ".ipynb" or _written_in(content):
        return []
    return [
        f"{mine.name} is damaged: Jupyter cannot open it. To get a fresh one and keep this one: "
        f"reset {mine.stem}"
    ]


def _written_in(content: bytes) -> bytes:
    """Return what was written in the cells of a notebook; b"" where it is none."""
    try:
        parts = [
            [cell["cell_type"], "".join(cell["source"]), cell.get("attachments", {})]
            for cell in json.loads(content)["cells"]
        ]
        return json.dumps(parts, sort_keys=True).encode()
    except (ValueError, KeyError, TypeError, AttributeError):
        return b""


def _record(project: Project) -> dict[str, dict]:
    found = read_json(project.workspace / RECORD)
    return {name: entry for name, entry in found.items() if isinstance(entry, dict)}


def _store(record: dict[str, dict], project: Project) -> None:
    text = json.dumps(record, indent=1, sort_keys=True)
    replace_text(project.workspace / RECORD, text + "\n")


def _names(path: Path) -> set[str]:
    number, _, title = path.stem.lower().partition("_")
    return {path.stem.lower(), number, number.lstrip("0") or "0", title}
