"""The command `python -m course_utils`: a folder for each kind of user.

    cli           arguments, and running a command in the Python that has the packages
    project       where things lie, files written whole or not at all, the errors users read
    environment   setting up (`setup`) and looking whether all is well (`check`)
    learner       the working copy of the lessons and JupyterLab on it (`start`, `reset`)
    author        running and storing notebooks (`run`), and the tests (`test`)

`cli`, `project`, `environment`, `learner` and `author.suite` need the standard library only, for
they work before anything is installed.
"""
