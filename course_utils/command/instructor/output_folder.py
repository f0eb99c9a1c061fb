"""A folder of files that a command makes: ours are written anew, nobody else's is touched.

A file in the folder records what was written there. Standard library only: a folder is refused
before a set-up of minutes, not after it.
"""

import contextlib
import json
import os
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from course_utils.command.learner.workspace import chosen_lessons, find_lesson, signature
from course_utils.command.project import HERE, Project, UserError, read_json

RECORD = ".course-copies.json"  # in the folder: the signature of each file written, by name


def chosen_folder(word: str, command: str, project: Project = HERE) -> Path:
    """Return the folder that an instructor has named for `command` to write into.

    Raises:
        UserError: The word means a lesson (`live 03`), or as `check_folder`.
    """
    if word.isdigit() or _means_lesson(word, project):
        raise UserError(
            f"{word} means a lesson. The folder to write into comes first: {command} OUT {word}\n"
            f"If a folder is to bear that name, write ./{word}"
        )
    check_folder(Path(word), project)
    return Path(word)


def check_request(
    command: str, out: str, wanted: Sequence[str] = (), tool: str = "", **others: object
) -> None:
    """Refuse what `command` was asked to do, before anything is set up.

    Raises:
        UserError: There is no such lesson, or as `chosen_folder`.
    """
    chosen_folder(out, f"{command} {tool}".strip())
    chosen_lessons(wanted)


def check_folder(out: Path, project: Project = HERE) -> None:
    """Raise `UserError` unless `out` is new, empty, or exactly as a command has left it.

    Hidden files do not count: JupyterLab puts its own beside the notebooks. Nor do a notebook's
    outputs: a copy that was run, but not written in, is as it was.
    """
    if out.exists() and not out.is_dir():
        raise UserError(f"{out} is a file; a folder is needed. Name another one.")
    for lessons in (project.notebooks, project.workspace):
        if out.resolve().is_relative_to(lessons.resolve()):
            raise UserError(
                f"{out} lies in the folder {lessons.name}, which holds lessons, not copies of "
                "them.\nName a folder outside it."
            )
    if others := _not_as_written(out):
        listed = ", ".join(others[:5]) + (", …" if len(others) > 5 else "")
        raise UserError(
            f"{out} holds files that no such command has written, or that were changed since: "
            f"{listed}\nNothing was written. Move them, or name another folder."
        )


def write_files(out: Path, texts: Mapping[str, str], project: Project = HERE) -> None:
    """Write all `texts`, by name, into the folder `out`, which is made if need be; or none."""
    check_folder(out, project)
    written = {name: signature(text.encode()) for name, text in texts.items()}
    record = {**read_json(out / RECORD), **written}
    out.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryDirectory(prefix=".new-", dir=out) as new:  # on the same disk
            for name, text in {**texts, RECORD: json.dumps(record, indent=1) + "\n"}.items():
                (Path(new) / name).parent.mkdir(parents=True, exist_ok=True)
                (Path(new) / name).write_text(text, encoding="utf-8", newline="\n")
            for name in (*texts, RECORD):
                (out / name).parent.mkdir(parents=True, exist_ok=True)
                os.replace(Path(new) / name, out / name)
    finally:
        with contextlib.suppress(OSError):
            out.rmdir()  # only if it is empty: all failed


def _means_lesson(word: str, project: Project) -> bool:
    try:
        find_lesson(word, project)
    except UserError:
        return False
    return word == Path(word).name  # not a path such as copies/03


def _not_as_written(out: Path) -> list[str]:
    """Name what would be lost or mixed up if the folder were written anew."""
    written = read_json(out / RECORD)
    folders = {parent.as_posix() for name in written for parent in Path(name).parents}
    return list(_others(out, out, written, folders))


def _others(folder: Path, out: Path, written: Mapping, folders: Collection[str]) -> Iterator[str]:
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        name = path.relative_to(out).as_posix()
        if path.name.startswith("."):
            continue
        if name in folders and path.is_dir() and not path.is_symlink():
            yield from _others(path, out, written, folders)
        elif not (
            name in written and path.is_file() and signature(path.read_bytes()) == written[name]
        ):
            yield name
