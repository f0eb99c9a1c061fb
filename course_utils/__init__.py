"""Support package of the course *Neural networks in PyTorch, from definition to update*.

Where things live: the folder says what kind of thing it is, the file which lesson it serves.

    core        computes with torch and returns frozen records; never draws or prints
    figures     turns records into a Picture: an image and a sentence drawn from one source
    widgets     connects controls to a core function and a figure
    exercises   checks answers; imports core only
    command     what the command `python -m course_utils` does
    desk        its commands for instructors

Files: `digits define parameters loss backprop update train`, in the order of the lessons; beside
them files named for one subject (`trace`, `graph`, `optimizers`, `pad`), which lessons share.
An import goes down a layer or back in the course, never up, never ahead.
"""


def __getattr__(name):  # nothing is imported before it is asked for
    if name == "check_environment":
        from course_utils.command.environment.check import check_environment

        return check_environment
    raise AttributeError("module " + repr(__name__) + " has no attribute " + repr(name))
