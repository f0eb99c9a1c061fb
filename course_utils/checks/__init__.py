"""What an exercise is: a starter, hints, a solution and a check of behaviour.

How to write one: see `course_utils.checks.exercise`.
"""
