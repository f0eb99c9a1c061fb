"""environment.yml, pyproject.toml, constraints.txt and what is installed say the same."""

import sys
import tomllib
from importlib import metadata

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from course_utils.desk.needs import Need, installed
from course_utils.desk.places import ROOT
from course_utils.desk.setup import EXTRAS

CONDA_NAMES = {
    "torch": "pytorch-cpu",
    "matplotlib": "matplotlib-base",
    "playwright": "playwright-python",
}
# torch itself asks for the exact versions of these, in builds for graphics cards only.
WITH_TORCH = ("nvidia-", "cuda-", "triton")

ENVIRONMENT = (ROOT / "environment.yml").read_text(encoding="utf-8")
PROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
CONSTRAINTS = (ROOT / "constraints.txt").read_text(encoding="utf-8")


def requirements(project_text, *extras):
    project = tomllib.loads(project_text)["project"]
    lines = list(project["dependencies"])
    for extra in extras:
        lines += project["optional-dependencies"][extra]
    return lines


def check_conda(environment_text, project_text):
    """Hold environment.yml to the project: the same packages, the same bounds, two channels."""
    environment = yaml.safe_load(environment_text)
    assert environment["channels"] == ["conda-forge", "nodefaults"], "the channels"
    lines = environment["dependencies"]
    assert all(isinstance(line, str) for line in lines), "no packages from pip: two OpenMPs"
    found = dict(line.split(" ", 1) if " " in line else (line, "") for line in lines)
    assert len(found) == len(lines), "a package is named twice"
    check_python(found.pop("python"), project_text)
    wanted = {}
    for line in requirements(project_text, "test"):
        need = Need.read(line)
        wanted[CONDA_NAMES.get(need.name, need.name)] = f">={need.lowest},<{need.below}"
    assert found == wanted


def check_python(line, project_text):
    """Hold conda's Python to the project's bounds: one, for repo2docker reads no range."""
    minor = line.removeprefix("=3.")
    assert minor.isdecimal(), f"python {line}: expected one version, such as =3.13"
    bounds = tomllib.loads(project_text)["project"]["requires-python"]
    assert SpecifierSet(bounds).contains(f"3.{minor}.0"), f"python {line}, but {bounds} is asked"


def check_pins(constraints_text, project_text):
    """Hold constraints.txt to the project: every package once, by name and version, in bounds."""
    lines = [line for line in constraints_text.splitlines() if not line.startswith("#")]
    pins = {}
    for line in lines:
        requirement = Requirement(line)
        assert len(requirement.specifier) == 1, line
        [specifier] = requirement.specifier
        assert line == f"{canonicalize_name(requirement.name)}=={specifier.version}", line
        assert not {"+", "*"} & set(line), f"{line}: the build of one machine, or no version"
        assert requirement.name not in pins, f"{line} comes twice"
        pins[requirement.name] = specifier.version
    assert list(pins) == sorted(pins), "the order"
    for name in reachable(project_text, pins):
        assert name in pins, f"{name} is not pinned"
    for line in [
        *requirements(project_text, *EXTRAS),
        *builders(project_text),
    ]:
        requirement = Requirement(line)
        version = pins[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(version), f"{line}, but {version} is pinned"


def builders(project_text):
    return tomllib.loads(project_text)["build-system"]["requires"]


def reachable(project_text, pins):
    """Name every installed package that the project's requirements lead to on this machine.

    Where another version than the pinned one is installed (by conda, or the newest there is),
    what it asks for says nothing about the pins, and the walk does not go on from there.
    """
    to_do = [Requirement(line) for line in requirements(project_text, *EXTRAS)]
    to_do += [Requirement(line) for line in builders(project_text)]
    seen = set()
    while to_do:
        requirement = to_do.pop()
        for extra in ("", *requirement.extras):
            key = (canonicalize_name(requirement.name), extra)
            if key in seen or key[0].startswith(WITH_TORCH):
                continue
            seen.add(key)
            if installed(key[0]) and same_release(installed(key[0]), pins.get(key[0])):
                to_do += _asked_by(*key)
    return sorted({name for name, _ in seen if installed(name)})


def same_release(version, pin):
    """Compare without the name of a build: 2.13.0+cpu is 2.13.0. No pin means: go on."""
    return pin is None or version.partition("+")[0] == pin


def _asked_by(name, extra):
    found = map(Requirement, metadata.distribution(name).requires or [])
    return [r for r in found if r.marker is None or r.marker.evaluate({"extra": extra})]


def test_conda_and_pip_ask_for_the_same():
    check_conda(ENVIRONMENT, PROJECT)


def test_every_package_is_pinned_inside_its_bounds():
    check_pins(CONSTRAINTS, PROJECT)


def test_the_walk_over_requirements_goes_deep():
    assert {"torch", "sympy", "mpmath", "lark", "flit-core"} <= set(reachable(PROJECT, {}))


@pytest.mark.parametrize("python", ["3.11.0", "3.14.0"])
def test_every_pinned_package_takes_the_oldest_and_the_newest_python(python):
    """Debian 12 has Python 3.11.2, and packages that ask for 3.11.5 exist."""
    pins = dict(line.split("==") for line in CONSTRAINTS.splitlines() if "==" in line)
    for name in reachable(PROJECT, pins):
        if same_release(installed(name), pins[name]):
            asked = metadata.metadata(name)["Requires-Python"] or ""
            assert SpecifierSet(asked).contains(python), f"{name} asks for {asked}"


@pytest.mark.parametrize("line", requirements(PROJECT, "test"))
def test_what_is_installed_is_inside_the_bounds(line):
    requirement = Requirement(line)
    assert requirement.specifier.contains(metadata.version(requirement.name))


def test_the_running_python_is_inside_the_bounds():
    bounds = SpecifierSet(tomllib.loads(PROJECT)["project"]["requires-python"])
    assert bounds.contains("{}.{}.{}".format(*sys.version_info))


def test_the_workflow_asks_for_the_same_torch():
    workflow = (ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    [torch] = [Need.read(line) for line in requirements(PROJECT) if line.startswith("torch ")]
    assert f'"torch>={torch.lowest},<{torch.below}"' in workflow


def test_what_a_handout_needs_is_there_for_its_tests_and_for_conda():
    assert set(requirements(PROJECT, "handout")) <= set(requirements(PROJECT, "test"))


@pytest.mark.parametrize("text", [ENVIRONMENT, PROJECT, CONSTRAINTS])
def test_no_address_of_a_package_is_written_down(text):
    assert "://" not in text


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("pytorch-cpu >=2.13,<2.14", "pytorch-cpu >=2.12,<2.14"),
        ("pytorch-cpu >=2.13,<2.14", "pytorch-cpu >=2.13"),
        ("pytorch-cpu", "torch"),
        ("python =3.13", "python =3.10"),
        ("python =3.13", "python >=3.11,<3.15"),
        ("python =3.13", "python"),
        ("  - nbval >=0.11,<0.12\n", ""),
        ("nbval >=0.11,<0.12", "nbval"),
        ("  - nbval >=0.11,<0.12", "  - pip:\n      - nbval>=0.11,<0.12"),
        ("  - nbval >=0.11,<0.12\n", "  - nbval >=0.11,<0.12\n  - nbval >=0.11,<0.12\n"),
        ("  - nbval >=0.11,<0.12\n", "  - nbval >=0.11,<0.12\n  - torchvision >=1,<2\n"),
        ("  - conda-forge\n", "  - conda-forge\n  - pytorch\n"),
        ("  - nodefaults\n", ""),
    ],
)
def test_drift_of_the_conda_file_is_seen(old, new):
    assert old in ENVIRONMENT
    with pytest.raises(AssertionError):
        check_conda(ENVIRONMENT.replace(old, new), PROJECT)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("torch==2.13.0\n", "torch==2.12.0\n"),
        ("torch==2.13.0\n", "torch==2.13.0+cpu\n"),
        ("torch==2.13.0\n", "torch>=2.13.0\n"),
        ("torch==2.13.0\n", ""),
        ("torch==2.13.0\n", "torch==2.13.0\ntorch==2.13.0\n"),
        ("torch==2.13.0\n", "Torch==2.13.0\n"),
        ("torch==2.13.0\n", "torch @ file:///torch.whl\n"),
        ("sympy==", "simpy=="),
        ("sympy==", "zympy=="),
        ("flit-core==4", "flit-core==3"),
        ("torch==2.13.0\n", "--index-url x\ntorch==2.13.0\n"),
    ],
)
def test_drift_of_the_pins_is_seen(old, new):
    assert old in CONSTRAINTS
    with pytest.raises((AssertionError, ValueError)):
        check_pins(CONSTRAINTS.replace(old, new), PROJECT)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"torch >=2.13,<2.14"', '"torch >=2.14,<2.15"'),
        ('"torch >=2.13,<2.14"', '"torch >=2.13"'),
        ('"torch >=2.13,<2.14",', ""),
        ('">=3.11,<3.15"', '">=3.11,<3.13"'),
    ],
)
def test_drift_of_the_project_is_seen(old, new):
    assert old in PROJECT
    with pytest.raises((AssertionError, ValueError)):
        check_conda(ENVIRONMENT, PROJECT.replace(old, new))


def test_the_set_up_knows_every_dependency_set():
    assert set(EXTRAS) == set(tomllib.loads(PROJECT)["project"]["optional-dependencies"])
