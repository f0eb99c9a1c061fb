"""What learners type (`start`), their copy of the lessons, where they stopped, and JupyterLab."""
