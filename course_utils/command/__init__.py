"""The command line: what `python -m course_utils` does."""
