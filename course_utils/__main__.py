"""The command `python -m course_utils`. Plain syntax on purpose: an old Python must read it too."""

import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def python_bounds(root=ROOT):
    """Return the oldest Python that works and the first that does not: ((3, 11), (3, 15))."""
    with open(os.path.join(root, "pyproject.toml"), "rb") as file:  # in UTF-8, whatever the locale
        found = re.findall(rb'requires-python = ">=3\.(\d+),<3\.(\d+)"', file.read())
    oldest, beyond = found[0]
    return (3, int(oldest)), (3, int(beyond))


def suitable_python(bounds):
    """Return the name of the newest Python that starts here and is inside the bounds, or ""."""
    for minor in range(bounds[1][1] - 1, bounds[0][1] - 1, -1):
        name = "python3." + str(minor)
        with open(os.devnull, "wb") as nowhere:
            try:
                code = subprocess.call([name, "-c", ""], stdout=nowhere, stderr=nowhere)
            except OSError:
                continue
        if code == 0:
            return name
    return ""


def version_trouble(running, bounds):
    """Say what is wrong with the Python version `running`, and what to do; "" if it is right."""
    if bounds[0] <= tuple(running[:2]) < bounds[1]:
        return ""
    oldest = "%d.%d" % bounds[0]  # noqa: UP031
    newest = "%d.%d" % (bounds[1][0], bounds[1][1] - 1)  # noqa: UP031
    if tuple(running[:2]) < bounds[0]:
        needed = "Python " + oldest + " or newer is needed"
    else:
        needed = "Python " + oldest + " to " + newest + " is needed"
    other = suitable_python(bounds)
    if other:
        advice = "Another Python is here that fits. Type: " + other + " -m course_utils start"
    else:
        advice = (
            "Install Python " + newest + " (python.org, or your system's packages), then type: "
            "python" + newest + " -m course_utils start\n"
            "On Windows: py -" + newest + " -m course_utils start"
        )
    return needed + "; this is " + ".".join(str(n) for n in running[:3]) + ".\n" + advice


def main(arguments=None):
    """Run one command and return its exit code."""
    message = version_trouble(sys.version_info, python_bounds())
    if message:
        sys.stderr.write(message + "\n")
        return 1
    from course_utils.command.cli import run_command

    return run_command(sys.argv[1:] if arguments is None else arguments)


if __name__ == "__main__":
    sys.exit(main())
