"""Support package of the course *Neural networks in PyTorch, from definition to update*.

network     the ground that lessons share, with torch alone: LeNet, the digits, a trace of a pass
pictures    what a figure is: an image and a description drawn from one record
controls    what an explorer is: controls, a record computed from them, a picture that follows
checks      what an exercise is: a starter, hints, a solution, and a check of behaviour
lessons     a folder a lesson; a notebook imports from its own, and no lesson from another
command     what `python -m course_utils` does
"""


def __getattr__(name):  # nothing is imported before it is asked for
    if name == "check_environment":
        from course_utils.command.environment.check import check_environment

        return check_environment
    raise AttributeError("module " + repr(__name__) + " has no attribute " + repr(name))
