"""The packages and versions that the course asks for; imports none of them."""

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from importlib import metadata
from typing import NamedTuple

from course_utils.command.project import HERE, Project

COURSE = "course-utils"
PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;]+)", re.MULTILINE)
REQUIREMENT = re.compile(r"^([A-Za-z0-9._-]+) >=([0-9.]+),<([0-9.]+)$")


class Need(NamedTuple):
    """One package, the oldest version that will do and the first that will not.

    Example:
        >>> read_need("torch >=2.13,<2.14").allows("2.13.1+cpu")
        True
    """

    name: str
    lowest: str
    below: str

    def allows(self, version: str | None) -> bool:
        """Tell whether `version` is inside the bounds; what follows the digits does not count."""
        return _numbers(self.lowest) <= _numbers(version or "") < _numbers(self.below)

    def __str__(self) -> str:
        return f"{self.name}>={self.lowest},<{self.below}"


def read_need(line: str) -> Need:
    """Read a line such as `torch >=2.13,<2.14`, the only form this project uses."""
    found = REQUIREMENT.match(line)
    if not found:
        raise ValueError(f"expected a line such as 'torch >=2.13,<2.14', got {line!r}")
    return Need(*found.groups())


def needs(extras: Iterable[str] = (), project: Project = HERE) -> list[Need]:
    """List what a learner needs, and the packages of `extras` (`test`, …) after it.

    Where the course was installed without its repository, as in the image of a JupyterHub, the
    installed package says what a learner needs; `extras` are for those who have the repository.
    """
    if not project.pyproject.exists():
        return [read_need(line) for line in metadata.requires(COURSE) or [] if ";" not in line]
    table = tomllib.loads(project.pyproject.read_text(encoding="utf-8"))["project"]
    lines = list(table["dependencies"])
    for extra in extras:
        lines += table["optional-dependencies"][extra]
    return [read_need(line) for line in lines]


def installed(name: str) -> str | None:
    """Return the version of a package that this Python has, without importing it, or None."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def unmet(wanted: Iterable[Need], find: Callable[[str], str | None] = installed) -> list[Need]:
    """List the needs that are not met: absent, or a version outside the bounds."""
    return [need for need in wanted if not need.allows(find(need.name))]


def pins(project: Project = HERE) -> dict[str, list[str]]:
    """Return the exact versions in `constraints.txt`: one, or one for each range of Pythons."""
    found: dict[str, list[str]] = {}
    for name, version in PIN.findall(project.constraints.read_text(encoding="utf-8")):
        found.setdefault(plain(name), []).append(version)
    return found


def agrees(packages: Mapping[str, str], pinned: Mapping[str, list[str]]) -> bool:
    """Tell whether every package has a pinned version, whatever its build is called, or no pin."""
    released = {name: version.partition("+")[0] for name, version in packages.items()}
    return all(version in pinned.get(name, [version]) for name, version in released.items())


def plain(name: str) -> str:
    """Return a package's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _numbers(version: str) -> tuple[int, ...]:
    """The digits that count: (2, 13) for 2.13.0+cpu and for 2.13.0rc1."""
    digits = re.split(r"[^0-9.]", version)[0]
    numbers = [int(number) for number in digits.split(".") if number]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)
