"""`progress --rerun`: answers executed in the course's own lessons, and nothing left running."""

import json
import sys
import time
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell

from course_utils.command.instructor import progress, rerun
from course_utils.command.instructor.rerun import Rerun
from course_utils.command.instructor.submissions import Request, find_submissions
from course_utils.command.instructor.verdicts import course_tasks
from course_utils.command.project import HERE
from tests.support.submissions import (
    LESSON,
    answer,
    answered,
    cell,
    code,
    course,
    lesson,
    put,
    solved,
    write_class,
)

CORRECT = ("correct", "")
STOPPED = "stopped with an error"
HALF = answer("double", "number")
RIGHT, USES_TWO = answer("double"), answer("double", "two * number")


def double(source, saved=""):
    """A lesson with an answer to `double`, the first exercise."""
    return answered(lesson(), "double", saved, source=source)


def beside(name, source, notebook):
    """A notebook with a cell of the learner's own before the one named."""
    place = notebook["cells"].index(cell(notebook, name))
    notebook["cells"].insert(place, code("mine", source))
    return notebook


def split(first, second):
    """A notebook in which the answer's cell was split: both halves keep its mark."""
    notebook = double(second)
    half = cell(notebook, "double") | {"id": "half", "source": first}
    notebook["cells"].insert(notebook["cells"].index(cell(notebook, "double")), half)
    return notebook


def with_check(source, notebook):
    """A notebook whose check was given something else."""
    cell(notebook, "double-check")["source"] = source
    return notebook


def bare(notebook):
    """A notebook of which a program has kept sources and outputs alone."""
    for one in notebook["cells"]:
        del one["id"]
        one["metadata"] = {}
    return notebook


def then_square(source):
    """A bad end of `double`, and a right answer to `square`."""
    return answered(double(source), "square")


LEAVES = "import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', '{}'])\n"
LEAVES = LEAVES.format("import time; time.sleep(61.7)")
CASES = {  # what is handed in, and what `double` comes to
    "right": (double(RIGHT), CORRECT),
    "wrong, saved as correct": (
        double(answer("double", "number"), "correct"),
        ("not yet", "wrong"),
    ),
    "right, saved as not yet": (double(RIGHT, "not yet"), CORRECT),
    "a later line fails": (double(f"{RIGHT}\n\nanswer_double([], 2)"), CORRECT),
    "an earlier line fails": (double(f"answer_double(3)\n\n{RIGHT}"), CORRECT),
    "a decorator": (double(f"x = 1\n@lambda given: lambda n: 2 * n\n{HALF}; y = 2"), CORRECT),
    "no Python": (double("def answer_double("), (STOPPED, "SyntaxError")),
    "for IPython": (double(f"x = !echo hi\n%time y = 1\nprint?\n{RIGHT}"), CORRECT),
    "await": (double(f"import asyncio\nawait asyncio.sleep(0)\n{RIGHT}"), CORRECT),
    "asks": (double(f"{RIGHT}\ninput()"), CORRECT),
    "writes": (double(f"open('mine.txt', 'w').write('x')\n{RIGHT}"), CORRECT),
    "a file beside": (double("from helpers import twice as answer_double"), CORRECT),
    "another name": (
        with_check("double.check(mine)", double("def mine(number):\n    return 2 * number")),
        CORRECT,
    ),
    "own cell before": (beside("double", "two = 2", double(USES_TWO)), CORRECT),
    "own cell behind": (beside("double-check", "two = 2", double(USES_TWO)), CORRECT),
    "own cell fails": (beside("double", "1 / 0", double(RIGHT)), CORRECT),
    "answer in an own cell": (beside("double-check", RIGHT, lesson()), CORRECT),
    "cell split": (split("two = 2", USES_TWO), CORRECT),
    "without marks": (bare(double(RIGHT)), CORRECT),
    "an import of the lesson": (
        double(answer("double", "0 if 'helper' in globals() else math.trunc(2) * number")),
        CORRECT,
    ),
    "a name of the lesson": (double(answer("double", "helper * number")), CORRECT),
    "untouched": (lesson(), ("not started", "")),
    "ends the kernel": (then_square("import os\nos._exit(3)"), (STOPPED, "DeadKernelError")),
    "never ends": (then_square("while True:\n    pass"), (STOPPED, "CellTimeoutError")),
    "slow lines do not end": (
        then_square("import time\n" + "time.sleep(4)\n" * 3 + RIGHT),
        (STOPPED, "CellTimeoutError"),
    ),
    "leaves a process": (then_square(LEAVES + RIGHT), CORRECT),
    "leaves a process and ends": (
        then_square(f"{LEAVES}import os\nos._exit(3)"),
        (STOPPED, "DeadKernelError"),
    ),
}


def notebooks(folder):
    return find_submissions(Request(folder), [LESSON]).notebooks


@pytest.fixture
def project(tmp_path):
    return course(tmp_path / "course")


def test_every_kind_of_answer_is_told_right_and_nothing_is_left(tmp_path, project):
    folder = tmp_path / "class"
    for name, (notebook, _) in CASES.items():
        put(folder / name / f"{LESSON}.ipynb", notebook)
    helpers = "def twice(number):\n    return 2 * number\n"
    (folder / "a file beside" / "helpers.py").write_text(helpers, encoding="utf-8")
    again = Rerun(list(course_tasks(project)), project, seconds=10)
    readings = {one.learner: reading for one, reading in again.each(notebooks(folder))}
    told = {name: one.verdicts["double"] for name, one in readings.items()}
    assert {name: (one.status, one.code) for name, one in told.items()} == {
        name: wanted for name, (_, wanted) in CASES.items()
    }
    assert {one.problem for one in readings.values()} == {""}
    solved = {name for name, one in readings.items() if one.verdicts["square"].status == "correct"}
    assert solved == {name for name in CASES if "end" in name or "leaves" in name}
    kept = {path.name for path in folder.rglob("*") if path.is_file()}
    assert kept == {f"{LESSON}.ipynb", "helpers.py"}
    commands = [_content(path) for path in Path("/proc").glob("[0-9]*/cmdline")]
    assert not any(b"sleep(61.7)" in command for command in commands)


def _content(path):
    try:
        return path.read_bytes()
    except OSError:  # it has ended
        return b""


def test_what_cannot_be_read_is_told_as_ever(tmp_path, project):
    folder = put(tmp_path / "class" / f"{LESSON}.ipynb", b"{").parent
    [(_, found)] = Rerun(list(course_tasks(project)), project).each(notebooks(folder))
    assert found.problem.startswith("is no notebook: ")


def test_where_the_lesson_itself_does_not_end_saved_outputs_are_believed(tmp_path):
    project = course(tmp_path / "course")
    notebook = lesson()
    cell(notebook, "setup")["source"] = "while True:\n    pass"
    put(project.notebooks / f"{LESSON}.ipynb", notebook)
    folder = put(tmp_path / "ada" / f"{LESSON}.ipynb", double(RIGHT, "not yet")).parent
    [(_, found)] = Rerun(list(course_tasks(project)), project, 1).each(notebooks(folder))
    assert found.problem == f"was not run again: a cell of {LESSON} did not end"
    assert found.verdicts["double"].status == "not yet"


@pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc")
def test_interrupted_it_ends_what_runs_and_begins_nothing_more(tmp_path, project, monkeypatch):
    endless = double("while True:\n    pass")
    names = {"a": lesson(), "b": endless, "c": endless, "d": endless}
    monkeypatch.setattr(rerun, "AT_ONCE", 2)
    for name, notebook in names.items():
        put(tmp_path / "class" / name / f"{LESSON}.ipynb", notebook)
    again = Rerun(list(course_tasks(project)), project, seconds=60)
    readings = again.each(notebooks(tmp_path / "class"))
    assert next(readings)[0].learner == "a"
    while len(again.kernels) < 2:
        time.sleep(0.1)
    kernels = list(again.kernels.values())
    began = time.monotonic()
    readings.close()
    assert time.monotonic() - began < 30
    assert again.kernels == {}
    assert not any(Path(f"/proc/{kernel.pid}").exists() for kernel in kernels)


def test_each_notebook_is_told_when_it_is_done(tmp_path, project, capsys):
    put(tmp_path / "class" / "ada" / f"{LESSON}.ipynb", double(RIGHT, "not yet"))
    put(tmp_path / "class" / "ben" / f"{LESSON}.ipynb", lesson())
    put(tmp_path / "class" / "cem" / f"{LESSON}.ipynb", b"{")
    assert progress.show_progress(tmp_path / "class", again=True, project=project) == 0
    lines = capsys.readouterr().out.splitlines()
    assert {line[7:] for line in lines[:3]} == {
        f"ada/{LESSON}.ipynb: double correct",
        f"ben/{LESSON}.ipynb: not started",
        f"cem/{LESSON}.ipynb: is no notebook: its JSON is broken or missing",
    }
    assert [line[:7] for line in lines[:3]] == ["1 of 3 ", "2 of 3 ", "3 of 3 "]
    assert "+.   ada" in lines


def test_a_second_run_takes_up_what_the_first_has_found(tmp_path, project, monkeypatch, capsys):
    folder = tmp_path / "class"
    put(folder / "ada" / f"{LESSON}.ipynb", double(RIGHT))
    put(folder / "ben" / f"{LESSON}.ipynb", double("import os\nos._exit(3)"))
    put(folder / "cem" / f"{LESSON}.ipynb", double("from helpers import twice as answer_double"))
    put(folder / "cem" / "helpers.py", b"def twice(x):\n    return 2 * x\n")
    tasks, ran = list(course_tasks(project)), []
    execute = Rerun._run_all
    monkeypatch.setattr(Rerun, "_run_all", lambda *given: ran.append(given) or execute(*given))

    def verdicts():
        ran.clear()
        found = Rerun(tasks, project, 20).each(notebooks(folder))
        return {one.learner: reading.verdicts["double"].status for one, reading in found}

    first = verdicts()
    assert first == {"ada": "correct", "ben": STOPPED, "cem": "correct"}
    assert len(ran) == 3
    with (project.cache / "rerun.jsonl").open("a", encoding="utf-8") as file:
        file.write('["cut off')
    assert (verdicts(), len(ran)) == (first, 1)  # a kernel that ended may not end again
    put(folder / "cem" / "helpers.py", b"def twice(x):\n    return 3 * x\n")
    assert verdicts()["cem"] == "not yet"
    put(project.notebooks / f"{LESSON}.ipynb", lesson() | {"metadata": {"new": 1}})
    assert (verdicts()["ada"], len(ran)) == ("correct", 3)


def test_a_helper_in_a_download_of_files_is_its_learners_alone(tmp_path, project):
    notebook = json.dumps(double("from helpers import twice as answer_double")).encode()
    prefix = "{}_{}_assignsubmission_file_"
    ada, ben = prefix.format("ada", 1), prefix.format("ben", 2)
    helper = b"def twice(x):\n    return 2 * x\n"
    contents = {
        f"all.zip!{ada}{LESSON}.ipynb": notebook,
        f"all.zip!{ada}helpers.py": helper,
        f"all.zip!{ben}{LESSON}.ipynb": notebook,
    }
    folder = write_class(tmp_path / "class", contents)
    found = Rerun(list(course_tasks(project)), project, 20).each(notebooks(folder))
    assert {one.learner: reading.verdicts["double"].status for one, reading in found} == {
        "ada": "correct",
        "ben": STOPPED,
    }


# Creating a first optimizer imports it, in more seconds on a busy machine than a check is given.
COMPILER = "import sys\n'torch._dynamo' in sys.modules"


def with_notes(notebook):
    """A notebook that says before and after each check whether PyTorch's compiler is imported."""
    note = new_code_cell(COMPILER, metadata={"course": {"exercise": ""}})
    cells = [
        [note.copy(), one, note.copy()] if ".check(" in one.source else [one]
        for one in notebook.cells
    ]
    notebook.cells = [one for some in cells for one in some]
    return notebook


@pytest.mark.parametrize("lesson", list(dict.fromkeys(task.lesson for task in course_tasks())))
def test_of_a_solved_lesson_only_the_needed_cells_run_and_all_is_correct(
    tmp_path, lesson, monkeypatch
):
    tasks = list(course_tasks())
    again = Rerun(tasks)
    execute, ran = again._execute, []
    again._execute = lambda notebook, folder: (
        ran.append(with_notes(notebook)) or execute(notebook, folder)
    )
    put(tmp_path / f"{lesson}.ipynb", solved(HERE.notebooks / f"{lesson}.ipynb"))
    again.kept.found = {}
    monkeypatch.setattr(again.kept, "keep", lambda *given: None)
    [notebook] = find_submissions(Request(tmp_path), [lesson]).notebooks
    found = again.read(notebook)
    wanted = {task.name: "correct" for task in tasks if task.lesson == lesson}
    assert {name: verdict.status for name, verdict in found.verdicts.items()} == wanted
    assert len(ran) == 1, "a name was missing, so the whole lesson was run"
    outputs = [output for one in ran[0].cells for output in one.outputs]
    assert [output.evalue for output in outputs if output.output_type == "error"] == []
    notes = [one.outputs[0].data["text/plain"] for one in ran[0].cells if one.source == COMPILER]
    assert notes[::2] == notes[1::2], "tag a cell that creates an optimizer as needed"
