"""The packages and versions that the course asks for; imports none of them."""

import re
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import metadata

from course_utils.desk.places import HERE, Places

COURSE = "course-utils"
REQUIREMENT = re.compile(r"^([A-Za-z0-9._-]+) >=([0-9.]+),<([0-9.]+)$")


@dataclass(frozen=True)
class Need:
    """One package, the oldest version that will do and the first that will not.

    Example:
        >>> Need.read("torch >=2.13,<2.14").allows("2.13.1+cpu")
        True
    """

    name: str
    lowest: str
    below: str

    @classmethod
    def read(cls, line: str) -> "Need":
        """Read a line such as `torch >=2.13,<2.14`, the only form this project uses."""
        found = REQUIREMENT.match(line)
        if not found:
            raise ValueError(f"expected a line such as 'torch >=2.13,<2.14', got {line!r}")
        return cls(*found.groups())

    def allows(self, version: str) -> bool:
        """Tell whether `version` is inside the bounds; what follows the digits does not count."""
        return _numbers(self.lowest) <= _numbers(version) < _numbers(self.below)

    def __str__(self) -> str:
        return f"{self.name} >={self.lowest},<{self.below}"


def needs(extras: Iterable[str] = (), places: Places = HERE) -> list[Need]:
    """List what a learner needs, and the packages of `extras` (`test`, …) after it.

    Where the course was installed without its repository, as in the image of a JupyterHub, the
    installed package says what a learner needs; `extras` are for those who have the repository.
    """
    if not places.project.exists():
        return [Need.read(line) for line in metadata.requires(COURSE) or [] if ";" not in line]
    project = tomllib.loads(places.project.read_text(encoding="utf-8"))["project"]
    lines = list(project["dependencies"])
    for extra in extras:
        lines += project["optional-dependencies"][extra]
    return [Need.read(line) for line in lines]


def installed(name: str) -> str | None:
    """Return the version of an installed package, without importing it, or None."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def unmet(wanted: Iterable[Need], find: Callable[[str], str | None] = installed) -> list[Need]:
    """List the needs that this Python does not meet: absent, or a version outside the bounds."""
    return [need for need in wanted if not need.allows(find(need.name) or "0")]


def pins(places: Places = HERE) -> dict[str, str]:
    """Return the exact version of every package in `constraints.txt`."""
    lines = places.constraints.read_text(encoding="utf-8").splitlines()
    return dict(line.split("==") for line in lines if line and not line.startswith("#"))


def _numbers(version: str) -> tuple[int, ...]:
    """The digits that count: (2, 13) for 2.13.0+cpu and for 2.13.0rc1."""
    numbers = [int(n) for n in re.match(r"[0-9.]*", version)[0].split(".") if n]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)
