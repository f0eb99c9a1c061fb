"""Keeps what `--rerun` has found, so that a second one goes on where the first was stopped."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from hashlib import sha256

from course_utils.command.instructor.verdicts import Reading, Verdict
from course_utils.command.project import Project

LARGEST = 20_000_000  # bytes, after which all is forgotten
BY_CHANCE = (
    "CellTimeoutError",
    "DeadKernelError",
    "TooLong",
)  # on another day it may end otherwise


class KeptResults:
    """Readings by what was run: a notebook, the files beside it, and the course itself."""

    def __init__(self, project: Project):
        self.path = project.cache / "rerun.jsonl"
        sources = [*project.notebooks.glob("*.ipynb"), *project.root.glob("course_utils/**/*.py")]
        self.course = sha256(b"".join(path.read_bytes() for path in sorted(sources))).digest()
        self.found = dict(self._read())

    def key(self, contents: Iterable[bytes]) -> str:
        """Return what stands for the notebook and the files that run."""
        parts = (sha256(content).digest() for content in contents)
        return sha256(b"".join([self.course, *parts])).hexdigest()

    def keep(self, key: str, reading: Reading) -> None:
        """Add a reading, unless it may be another one next time."""
        codes = {verdict.code for verdict in reading.verdicts.values()}
        if key in self.found or reading.problem or codes.intersection(BY_CHANCE):
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        verdicts = {name: asdict(verdict) for name, verdict in reading.verdicts.items()}
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps([key, verdicts]) + "\n")

    def _read(self) -> Iterable[tuple[str, Reading]]:
        if not self.path.is_file() or self.path.stat().st_size > LARGEST:
            self.path.unlink(missing_ok=True)
            return
        for line in self.path.read_text(encoding="utf-8").splitlines():
            try:
                key, verdicts = json.loads(line)
                found = {name: Verdict(**verdict) for name, verdict in verdicts.items()}
            except (ValueError, TypeError):  # cut off when the computer went down
                continue
            yield key, Reading(found)
