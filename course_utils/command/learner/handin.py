"""Packs a learner's lessons into one file to upload (`handin`)."""

import io
import re
from collections.abc import Sequence
from pathlib import Path
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

from course_utils.command.instructor.names import one_spelling
from course_utils.command.instructor.read_class import Request, read_class
from course_utils.command.instructor.tables import own_lines
from course_utils.command.learner.workspace import chosen_lessons, course_files, signature
from course_utils.command.project import HERE, Project, UserError, replace_bytes

OURS = b"exercises of the course"  # the remark in a file that this command has made


def hand_in(
    name: str,
    wanted: Sequence[str] = (),
    folder: Path | None = None,
    project: Project = HERE,
) -> int:
    """Write the lessons that a learner has worked in, else those `wanted`, into one file.

    They lie in `folder`, else in the working copy. Of the learner's own modules (`.py`) beside
    them, those go with them that they import: else their answers would not run.

    Raises:
        UserError: There is nothing to hand in, or the file is somebody else's.
    """
    if folder and not folder.is_dir():
        raise UserError(f"There is no folder {folder} here. Name the one with your notebooks.")
    project = Project(project.root, folder)
    name = re.sub(r'[<>:"/\\|?*\x00-\x1f]', "_", one_spelling(name)).strip(" .")
    if not name:
        raise UserError('Your name is needed: handin "Ada Lovelace"')
    paths = [project.workspace / path.name for path in chosen_lessons(wanted, project)]
    lessons = [path for path in paths if path.is_file() and (wanted or _is_changed(path, project))]
    if not lessons:
        raise UserError("There is no lesson yet that you have worked in.")
    out = Path(f"{name}.zip")
    if out.exists() and not _is_ours(out):
        raise UserError(f"{out} is a file of another kind. Move it, or give another name.")
    content = io.BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as archive:
        archive.comment = OURS
        for path in (*lessons, *_imported(lessons, project)):
            archive.write(path, path.name)
    replace_bytes(out, content.getvalue())
    print("\n".join(own_lines(read_class(Request(out), project))))
    print(
        f"\nThe lessons are packed as you last saved them. The file to upload:\n    {out.resolve()}"
    )
    return 0


def _is_changed(mine: Path, project: Project) -> bool:
    given = project.notebooks / mine.name
    return signature(mine.read_bytes()) != signature(given.read_bytes())


def _imported(lessons: Sequence[Path], project: Project) -> list[Path]:
    """The learner's own modules that the lessons, or one another, import."""
    given = {path.name for path in course_files(project)}
    modules = {p.stem: p for p in sorted(project.workspace.glob("*.py")) if p.name not in given}
    texts = [path.read_text(encoding="utf-8", errors="replace") for path in lessons]
    found: list[Path] = []
    while names := [name for name in modules if any(map(_importing(name).search, texts))]:
        new = [modules.pop(name) for name in names]
        texts += [path.read_text(encoding="utf-8", errors="replace") for path in new]
        found += new
    return found


def _importing(module: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:from|import)\b[^\n\"]*\b{re.escape(module)}\b")


def _is_ours(path: Path) -> bool:
    try:
        with ZipFile(path) as archive:
            return archive.comment == OURS
    except (BadZipFile, OSError):
        return False
