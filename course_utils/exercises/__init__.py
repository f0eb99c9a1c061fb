"""Checks for the exercises of the lessons: one file a lesson, one solution file an exercise.

    from course_utils.exercises.define import conv_size
    conv_size.check(output_size)

How to add an exercise: see `course_utils.exercises.exercise`.
"""

import course_utils.lessons.train  # noqa: F401  (its exercises import it in turn)
