"""Files written whole or not at all."""

import json
import os
from pathlib import Path


def replace_bytes(path: Path, content: bytes) -> None:
    """Write a file so that, whenever the process ends, it is the old one or the new one."""
    new = path.with_name(f".{path.name}.new")
    try:
        with new.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(new, path)
    finally:
        new.unlink(missing_ok=True)


def replace_text(path: Path, text: str) -> None:
    """Write a text file whole or not at all, in UTF-8 with `\\n` at the ends of its lines."""
    replace_bytes(path, text.encode())


def read_json(path: Path) -> dict:
    """Read a JSON file; {} where there is none, or what is there cannot be read."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
