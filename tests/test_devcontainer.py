"""The container of a hosted editor: what it runs, opens and points to is there."""

import json
import re
import tomllib
from pathlib import PurePosixPath

import pytest
from packaging.specifiers import SpecifierSet

from course_utils.desk.commands import parser
from course_utils.desk.places import HERE, ROOT, Places

CONTAINER = json.loads((ROOT / ".devcontainer/devcontainer.json").read_text(encoding="utf-8"))
VSCODE = CONTAINER["customizations"]["vscode"]


def test_its_python_is_inside_the_bounds():
    [version] = re.findall(r"/python:(3\.\d+)$", CONTAINER["image"])
    project = tomllib.loads(HERE.project.read_text(encoding="utf-8"))["project"]
    assert SpecifierSet(project["requires-python"]).contains(f"{version}.0")


def test_its_command_is_one_of_the_course_and_opens_no_server():
    program, module, command = CONTAINER["postCreateCommand"].split(" ", 2)[0:3]
    assert (program, module) == ("python3", "-m")
    assert command == "course_utils setup"
    assert parser().parse_args(command.split()[1:]).run.__name__ == "_setup"
    assert CONTAINER["waitFor"] == "postCreateCommand"


def test_the_interpreter_is_the_one_that_the_command_makes():
    python = VSCODE["settings"]["python.defaultInterpreterPath"]
    made = Places(PurePosixPath("${containerWorkspaceFolder}")).venv / "bin/python"
    assert python == str(made)


def test_what_it_opens_is_handed_out_by_the_command():
    opened = CONTAINER["customizations"]["codespaces"]["openFiles"]
    assert opened
    for name in opened:
        folder, lesson = name.split("/")
        assert ROOT / folder == HERE.workspace
        assert (HERE.notebooks / lesson).is_file()


@pytest.mark.parametrize("extension", ["ms-python.python", "ms-toolsai.jupyter"])
def test_it_brings_what_opens_a_notebook(extension):
    assert extension in VSCODE["extensions"]
