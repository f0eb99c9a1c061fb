"""What the course asks for, read from pyproject.toml and constraints.txt."""

import pytest

from course_utils.command.environment.requirements import agrees, needs, pins, read_need
from course_utils.command.project import Project


@pytest.mark.parametrize(
    ("version", "allowed"),
    [
        ("2.13", True),
        ("2.13.0+cpu", True),
        ("2.13.9", True),
        ("2.12.9", False),
        ("2.14.0", False),
        (None, False),
    ],
)
def test_bounds_count_by_number(version, allowed):
    assert read_need("torch >=2.13,<2.14").allows(version) is allowed


@pytest.mark.parametrize("line", ["torch==2.13", "torch >=2.13", "torch~=2.13", "torch"])
def test_another_form_of_bounds_is_refused(line):
    with pytest.raises(ValueError, match="expected a line such as"):
        read_need(line)


def test_pins_may_differ_from_python_to_python(tmp_path):
    (tmp_path / "constraints.txt").write_text(
        "# numpy==1.0\nnumpy==2.2.6 ; python_version < '3.12'\n"
        "numpy==2.5.0 ; python_version >= '3.12'\nJinja_2==3.1\n",
        encoding="utf-8",
    )
    pinned = pins(Project(tmp_path))
    assert pinned == {"numpy": ["2.2.6", "2.5.0"], "jinja-2": ["3.1"]}
    assert agrees({"numpy": "2.5.0+mine", "jinja-2": "3.1", "pandas": "9"}, pinned)
    assert not agrees({"numpy": "2.4.0"}, pinned)


def test_optional_sets_come_after_what_a_learner_needs():
    names = [need.name for need in needs(("test",))]
    assert names.index("torch") < names.index("pytest")
    assert "pytest" not in [need.name for need in needs()]
