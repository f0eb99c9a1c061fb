"""Support package of the course *Neural networks in PyTorch, from definition to update*.

network     the ground that lessons share, with torch alone: LeNet, the digits, a trace of a pass
pictures    what a figure is: an image and a description drawn from one record
controls    what an explorer is: controls, a record computed from them, a picture that follows
checks      what an exercise is: a starter, hints, a solution, and a check of behaviour
lessons     a folder a lesson; a notebook imports from its own, and no lesson from another
command     what `python -m course_utils` does
"""


def check_environment():
    """Say whether everything that the lessons need is installed and works."""
    from course_utils.desk.check import check_environment as check

    return check()
