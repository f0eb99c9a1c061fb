"""A folder of generated files: ours are replaced, nobody else's is.

What was written is recorded in the folder. A file that is not in the record, or that somebody has
changed since, is never touched: an instructor may have typed half a lesson into it.
"""

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from course_utils.command.learner.workspace import chosen_lessons, signature
from course_utils.command.project import HERE, read_json, replace_text
from course_utils.command.project import Project as Places
from course_utils.command.project import UserError as Trouble

RECORD = ".course-copies.json"  # in the folder: what was written there, by name


def check_request(out: Path, wanted: Iterable[str], **others: object) -> None:
    """Refuse unknown lessons and a folder that is not ours, before anything is set up."""
    chosen_lessons(wanted)
    check_folder(out, ())


def check_folder(out: Path, names: Iterable[str], places: Places = HERE) -> None:
    """Raise `Trouble` where the files `names` may not be written into `out`.

    Args:
        out: The folder, whether or not it exists.
        names: The files' names.
        places: The checkout: where its lessons lie, nothing else may be written.
    """
    if out.exists() and not out.is_dir():
        raise Trouble(
            f"{out} is a file; a folder is needed.\nName another, new or made by this command."
        )
    for kept in (places.notebooks, places.workspace):
        if out.resolve().is_relative_to(kept.resolve()):
            raise Trouble(
                f"{out} lies in the folder {kept.name}, which holds lessons, not copies of them.\n"
                "Name a folder outside it."
            )
    record = read_json(out / RECORD)
    if foreign := [name for name in names if not _may_replace(out / name, record.get(name))]:
        raise Trouble(
            f"{out} has files that are not as this command has written them: "
            f"{', '.join(foreign)}.\nNothing was written. Move them, or name another folder."
        )


def write_files(out: Path, texts: Mapping[str, str], places: Places = HERE) -> None:
    """Write all `texts`, by name, into the folder `out`, which is made if need be; or none.

    Raises:
        Trouble: As `check_folder`.
    """
    check_folder(out, texts, places)
    out.mkdir(parents=True, exist_ok=True)
    new = {name: out / f".{name}.new" for name in texts}
    try:
        for name, text in texts.items():
            new[name].write_bytes(text.encode())
        for name in texts:
            os.replace(new[name], out / name)
    finally:
        for path in new.values():
            path.unlink(missing_ok=True)
    written = {name: signature(text.encode()) for name, text in texts.items()}
    record = {**read_json(out / RECORD), **written}
    replace_text(out / RECORD, json.dumps(record, indent=1, sort_keys=True) + "\n")


def _may_replace(path: Path, recorded: str | None) -> bool:
    """Whether nothing is lost: no file, or one that holds what was written."""
    if not (path.exists() or path.is_symlink()):
        return True
    return path.is_file() and signature(path.read_bytes()) == recorded
