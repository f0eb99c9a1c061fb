"""What it costs to read a class of 200 notebooks, beside reading the same files with `nbformat`."""

import contextlib
import sys
import time
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1]))

import nbformat
from peers import ratio
from submissions import SIZE, TASKS, write

from course_utils.desk.saved import LARGEST
from course_utils.desk.table import read_progress

TURNS = 3
AT_MOST = 1.0


def read_usually(folder: Path) -> int:
    """Read every file that is a notebook as most programs do, and make nothing of it."""
    count = 0
    for path in folder.glob("*/*.ipynb"):
        if path.is_file() and path.stat().st_size < LARGEST:
            with contextlib.suppress(Exception):  # some are no notebooks, each in its own way
                count += bool(nbformat.read(path, as_version=4))
    return count


def test_reading_a_class_costs_less_than_the_usual_reader_of_notebooks(tmp_path):
    write(tmp_path, full=True)
    tasks = tuple(TASKS.values())
    began = time.perf_counter()
    assert len(read_progress(tmp_path, tasks).learners) == SIZE
    seconds = time.perf_counter() - began
    times = ratio(lambda: read_progress(tmp_path, tasks), lambda: read_usually(tmp_path), TURNS)
    print(f"\n{SIZE} submissions: {seconds:.1f} s, {times:.2f} times `nbformat.read` of the files.")
    assert times <= AT_MOST
