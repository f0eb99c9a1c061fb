"""Answers to `largest_rate`."""

RIGHT = {
    "a quotient": "answer = 1 / 8",
    "a tensor": "answer = torch.tensor(2) / 16",
    "a fraction": "from fractions import Fraction\n\nanswer = Fraction(1, 8)",
    "a decimal": 'from decimal import Decimal\n\nanswer = Decimal("0.125")',
    "an array": "import numpy\n\nanswer = numpy.array([2]) / 16",
    "by autograd": """
w = torch.tensor(5.0, requires_grad=True)
(slope,) = torch.autograd.grad(8 * w**2 - 12 * w + 1, w, create_graph=True)
(curvature,) = torch.autograd.grad(slope, w)
answer = 2 / curvature
""",
    "tried out": """
def gets_closer(rate):
    w = 2.0
    return abs(w - rate * (16 * w - 12) - 0.75) < w - 0.75

low, high = 0.0, 1.0
while high - low > 1e-9:
    middle = (low + high) / 2
    low, high = (middle, high) if gets_closer(middle) else (low, middle)
answer = low
""",
}


def distance(rate, weight=2.0, steps=1):
    for _ in range(steps):
        weight -= rate * (16 * weight - 12)
    return abs(weight - 0.75)


def _arrives_and_so_does_more(rate):
    return rate > 0 and distance(rate) < 1.25 and distance(1.0001 * rate, steps=10**5) < 1e-3


def _goes_away(rate):
    return rate > 0 and distance(rate) > 1.25


def _does_not_come_down(rate):
    return rate <= 0 and distance(rate) >= 1.25


WRONG = {
    "coefficient": "from fractions import Fraction\n\nanswer = Fraction(2, 8)",
    "not_positive": (["answer = -2 / 16", "answer = 0"], _does_not_come_down),
    "too_small": [
        (["answer = 0.1", "answer = 0.12", "answer = 0.1249"], _arrives_and_so_does_more),
        "answer = 1e-9",
    ],
    "too_large": (["answer = 0.1251", "answer = 0.12501", "answer = 1", "answer = 24"], _goes_away),
    "not_a_number": ['answer = "2 / 16"', "answer = 2, 16", "answer = lambda: 2 / 16"],
    "not_finite": 'answer = float("inf")',
}

EQUAL = {}
