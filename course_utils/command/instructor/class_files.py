"""Lists the files of a class, those inside zip files too; opens none of them but zip files."""

import io
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import IO
from zipfile import BadZipFile, ZipFile, ZipInfo

NOT_OURS = (".", "__")  # how the names of checkpoints, settings and caches begin
LARGEST = 16_000_000  # bytes of a file; the longest lesson, all outputs stored, has a million
LARGEST_ZIP = 500_000_000
DEEPEST = 4  # zip files inside zip files
UTF_8_NAME = 0x800  # the flag of a zip file's entry


@dataclass(frozen=True)
class File:
    """One file; `parts` are its folders and its name, and a zip file counts as a folder."""

    parts: tuple[str, ...]
    changed: float  # seconds since 1970
    open: Callable[[], IO[bytes]]

    @property
    def place(self) -> str:
        """Where it lies, for messages."""
        return "/".join(self.parts)

    def load(self) -> bytes:
        """Return the content.

        Raises:
            OSError: It cannot be read, or is too large.
        """
        try:
            with self.open() as file:
                content = file.read(LARGEST + 1)
        except (BadZipFile, RuntimeError, NotImplementedError, EOFError) as error:
            raise OSError(None, str(error)) from error  # locked by a password, or broken
        if len(content) > LARGEST:
            raise OSError(None, f"larger than {LARGEST // 10**6} MB")
        return content


@dataclass
class Listing:
    """Files, the folders that hold them, and a sentence for each thing that was not opened."""

    files: list[File] = field(default_factory=list)
    folders: list[tuple[str, ...]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def list_files(top: Path) -> Listing:
    """List what lies below a folder, or in a zip file."""
    found = Listing()
    if top.is_file():
        _add_zip(File((), 0.0, partial(top.open, "rb")), (), found)
        return found

    def note(error: OSError) -> None:
        found.problems.append(f"{Path(error.filename).name} cannot be opened ({error.strerror}).")

    for place, folders, names in os.walk(top, onerror=note):
        folders[:] = sorted(name for name in folders if not name.startswith(NOT_OURS))
        links = (name for name in folders if Path(place, name).is_symlink())
        found.problems += (f"{name} is a link to a folder: not followed." for name in links)
        parts = Path(place).relative_to(top).parts
        found.folders += ((*parts, name) for name in folders)
        for name in sorted(names):
            _add_path(Path(place, name), (*parts, name), found)
    return found


def _add_path(path: Path, parts: tuple[str, ...], found: Listing) -> None:
    if path.is_file():  # opening a pipe would wait for ever
        _add(File(parts, path.stat().st_mtime, partial(path.open, "rb")), found)
    elif path.is_symlink() or path.suffix.lower() == ".ipynb":
        found.problems.append(f"{'/'.join(parts)} cannot be read: it is no file.")


def _add(file: File, found: Listing, depth: int = 0) -> None:
    if file.parts[-1].startswith(NOT_OURS):
        return
    if file.parts[-1].lower().endswith(".zip"):
        parts = (*file.parts[:-1], file.parts[-1][:-4])
        found.folders.append(parts)
        _add_zip(file, parts, found, depth + 1)
    else:
        found.files.append(file)


def _add_zip(file: File, parts: tuple[str, ...], found: Listing, depth: int = 1) -> None:
    """Add what is in a zip file; where it cannot be read, say so."""
    try:
        if depth > DEEPEST:
            raise BadZipFile("too many zip files inside each other")
        with file.open() as opened, ZipFile(opened) as archive:
            entries = archive.infolist()
        for entry in entries:
            inside = tuple(part for part in _name(entry).split("/") if part)
            if not inside or any(part.startswith(NOT_OURS) for part in inside):
                continue
            found.folders += (parts + inside[:end] for end in range(1, len(inside)))
            if entry.is_dir():
                found.folders.append(parts + inside)
            elif entry.file_size < LARGEST_ZIP:
                member = partial(_open_member, file.open, entry)
                _add(File(parts + inside, _changed(entry), member), found, depth)
    except (BadZipFile, OSError, RuntimeError, NotImplementedError, ValueError) as error:
        found.problems.append(f"{file.place or 'The file'} cannot be unpacked ({error}).")


def _name(entry: ZipInfo) -> str:
    """An entry's name; some programs write UTF-8 and do not say so."""
    name = entry.filename.replace("\\", "/")
    if entry.flag_bits & UTF_8_NAME:
        return name
    try:
        return name.encode("cp437").decode()
    except UnicodeError:
        return name


def _changed(entry: ZipInfo) -> float:
    try:
        return datetime(*entry.date_time).timestamp()
    except (ValueError, OverflowError, OSError):  # some programs write no date
        return 0.0


def _open_member(outer: Callable[[], IO[bytes]], entry: ZipInfo) -> IO[bytes]:
    with outer() as opened, ZipFile(opened) as archive:
        return io.BytesIO(archive.read(entry))
