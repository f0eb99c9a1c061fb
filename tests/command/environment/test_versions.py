"""environment.yml, pyproject.toml, constraints.txt and what is installed say the same."""

import sys
import tomllib
from importlib import metadata

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from course_utils.command.environment.requirements import agrees, installed, needs, pins, plain
from course_utils.command.project import ROOT

CONDA_NAMES = {
    "pytorch-cpu": "torch",
    "matplotlib-base": "matplotlib",
    "playwright-python": "playwright",
}
# torch itself asks for the exact versions of these, in builds for graphics cards only.
WITH_TORCH = ("nvidia-", "cuda-", "triton")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PYTHONS = SpecifierSet(PROJECT["project"]["requires-python"])
EXTRAS = PROJECT["project"]["optional-dependencies"]
PINS = pins()


def reachable():
    """Name every package of this machine that the project's requirements lead to.

    Where another version than the pinned one is installed (by conda, or the newest there is),
    what it asks for says nothing about the pins, and the walk does not go on from there.
    """
    to_do = [Requirement(str(need)) for need in needs(EXTRAS)]
    seen = set()
    while to_do:
        requirement = to_do.pop()
        for extra in ("", *requirement.extras):
            name = plain(requirement.name)
            version = installed(name)
            if version is None or (name, extra) in seen or name.startswith(WITH_TORCH):
                continue
            seen.add((name, extra))
            asked = map(Requirement, metadata.requires(name) or [])
            if agrees({name: version}, PINS):
                to_do += [r for r in asked if not r.marker or r.marker.evaluate({"extra": extra})]
    return sorted({name for name, _ in seen})


def test_every_package_is_pinned():
    names = reachable()
    assert {"torch", "sympy", "mpmath", "lark"} <= set(names)  # it goes deep
    assert [name for name in names if name not in PINS] == []


@pytest.mark.parametrize("need", needs(EXTRAS), ids=lambda need: need.name)
def test_every_pin_and_what_is_installed_is_inside_the_bounds(need):
    assert [version for version in PINS[plain(need.name)] if not need.allows(version)] == []
    assert installed(need.name) is None or need.allows(installed(need.name))


def test_every_pinned_package_takes_the_oldest_and_the_newest_python():
    """Debian 12 has Python 3.11.2, and packages that ask for 3.11.5 exist."""
    for name in reachable():
        if agrees({name: installed(name)}, PINS) and len(PINS[name]) == 1:
            asked = SpecifierSet(metadata.metadata(name)["Requires-Python"] or "")
            assert asked.contains("3.11.0"), f"{name} asks for {asked}"
            assert asked.contains("3.14.0"), f"{name} asks for {asked}"


NBVAL = {str(need) for need in needs(("test",)) if need.name == "nbval"}


@pytest.mark.parametrize(
    ("file", "extras", "beside"),
    [("environment.yml", ("handout",), NBVAL), ("environment-dev.yml", ("test",), set())],
)
def test_conda_is_asked_for_the_same_versions(file, extras, beside):
    lines = yaml.safe_load((ROOT / file).read_text(encoding="utf-8"))["dependencies"]
    found = dict(line.split(" ", 1) for line in lines)
    assert PYTHONS.contains(found.pop("python").removeprefix("=") + ".0")
    asked = {CONDA_NAMES.get(name, name) + bounds for name, bounds in found.items()}
    assert asked == {str(need) for need in needs(extras)} | beside


def test_the_running_python_is_inside_the_bounds():
    assert PYTHONS.contains("{}.{}.{}".format(*sys.version_info))
