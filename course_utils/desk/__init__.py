"""What the command `python -m course_utils` does: one file a command, and what they share.

    places      where things lie in the repository
    trouble     the one exception that becomes a message
    needs       the packages and versions the course asks for
    lock        one set-up at a time
    files       files written whole or not at all
    pip         installing, and saying in one message why it failed
    system      what a set-up presupposes
    setup       the environment `.venv`
    workspace   the learner's working copy of the lessons
    lab         JupyterLab on that copy (`start`)
    check       what is installed, against what is needed
    notebooks   the stored form of a notebook
    execute     running notebooks and storing them (`run`)
    suite       what CI runs (`test`)

All but `notebooks` and `execute` need the standard library only, for they work before anything
is installed.
"""
