"""environment.yml, pyproject.toml, constraints.txt and what is installed say the same."""

import sys
import tomllib

import pytest
import yaml
from packaging.specifiers import SpecifierSet

from course_utils.command.environment.requirements import installed, needs, pins, plain
from course_utils.command.project import ROOT

CONDA_NAMES = {
    "pytorch-cpu": "torch",
    "matplotlib-base": "matplotlib",
    "playwright-python": "playwright",
}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PYTHONS = SpecifierSet(PROJECT["project"]["requires-python"])
EXTRAS = PROJECT["project"]["optional-dependencies"]
PINS = pins()


@pytest.mark.parametrize("need", needs(EXTRAS), ids=lambda need: need.name)
def test_every_pin_and_what_is_installed_is_inside_the_bounds(need):
    assert [version for version in PINS[plain(need.name)] if not need.allows(version)] == []
    assert installed(need.name) is None or need.allows(installed(need.name))


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
