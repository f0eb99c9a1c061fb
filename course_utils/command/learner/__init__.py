"""The learner's copy of the lessons, where it was left, and JupyterLab on it."""
