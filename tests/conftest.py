"""What `pytest tests` leaves out, and the table of the exercises that it prints at the end."""

import itertools
from collections import defaultdict

collect_ignore = ["benchmarks", "hub", "strict_notebooks.py"]  # run only when asked for

COLUMNS = ("properties", "named", "wrong", "right", "mutants", "ms")


def pytest_terminal_summary(terminalreporter):
    """How thoroughly each exercise was proven, from what its tests recorded."""
    rows = defaultdict(lambda: dict.fromkeys(COLUMNS, 0))
    for report in itertools.chain(*terminalreporter.stats.values()):
        if getattr(report, "when", None) == "teardown":  # it bears what setup and call recorded
            for _, value in (entry for entry in report.user_properties if entry[0] == "exercise"):
                for column in set(value) & set(COLUMNS):
                    rows[value["name"]][column] += value[column]
    if not rows:
        return
    terminalreporter.section("exercises")
    terminalreporter.write_line(_line("", *COLUMNS))
    for name, row in rows.items():
        terminalreporter.write_line(_line(name, *map(row.get, COLUMNS)))
    total = [sum(row[column] for row in rows.values()) for column in COLUMNS]
    terminalreporter.write_line(_line(f"{len(rows)} exercises", *total))


def _line(name, *cells):
    shown = [f"{cell:.0f}" if isinstance(cell, float) else str(cell) for cell in cells]
    return f"{name:22}" + "".join(f"{cell:>12}" for cell in shown)
