"""The check of the five lines agrees with PyTorch on every order there is."""

import itertools
import runpy
from pathlib import Path

from course_utils.lessons.update import step_order
from tests.support.lessons import nothing_in

ANSWERS = runpy.run_path(str(Path(__file__).parent / "answers" / "step_order.py"))


def trains(order: str) -> bool:
    """Whether each of three rounds moves the weight by rate times gradient."""
    try:
        return ANSWERS["moves_of"](order) == [0.4, 0.32, 0.256]
    except NameError:
        return False


def test_an_order_is_right_if_it_trains_from_the_first_round_on():
    orders = ["".join(order) for order in itertools.permutations("abcde")]
    nothing_in(
        f"{order}: {told}"
        for order in orders
        if bool(told := step_order.check(order)) != trains(order)
    )
    assert sum(map(trains, orders)) == 4
