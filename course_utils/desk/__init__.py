"""What the command `python -m course_utils` does: one file a command, and what they share.

    places      where things lie in the repository
    trouble     the one exception that becomes a message
    needs       the packages and versions the course asks for
    lock        one set-up at a time
    files       files written whole or not at all
    pip         installing, and saying in one message why it failed
    system      what a set-up presupposes
    setup       the environment `.venv` (`setup`)
    workspace   the learner's working copy of the lessons
    lab         JupyterLab on that copy (`start`)
    check       what is installed, against what is needed
    notebooks   the stored form of a notebook
    execute     running notebooks and storing them (`run`)
    suite       what CI runs (`test`)
    progress    who has solved what (`progress`), from
    saved         a saved notebook, whatever it holds
    tasks         the exercises of the lessons
    verdicts      what a notebook's outputs say about each
    submissions   a class's notebooks in a folder
    table         exercise × learner, also as CSV
    report        the table in a terminal
    plain         strangers' words, made safe to show
    rerun       executing submitted answers anew, with
    examiner      the process that runs and checks them
    leash         limits, and the end of all they start
    slices        the cells that an answer needs
    tamper        whether an answer changed its check

All but `notebooks`, `execute` and `examiner` need the standard library only, for they work before
anything is installed. What instructors make of the lessons is in `course_utils.command.instructor`.
"""
