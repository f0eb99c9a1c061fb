"""What `pytest tests` leaves out: benchmarks run only when asked for, `pytest tests/benchmarks`."""

collect_ignore = ["benchmarks", "strict_notebooks.py"]
