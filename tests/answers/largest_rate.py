"""Answers to `largest_rate`."""

RIGHT = {
    "a fraction": "answer = 1 / 8",
    "a tensor": "answer = torch.tensor(2) / 16",
    "tried out": """
def arrives(rate):
    w = 2.0
    for _ in range(2000):
        w -= rate * (16 * w - 12)
    return abs(w - 0.75) < 1

low, high = 0.0, 1.0
while high - low > 1e-9:
    middle = (low + high) / 2
    low, high = (middle, high) if arrives(middle) else (low, middle)
answer = low
""",
}

WRONG = {
    "coefficient": "answer = 2 / 8",
    "at_once": "answer = 1 / 16",
    "curvature": "answer = 16",
    "upside_down": "answer = 16 / 2",
    "linear_part": "answer = 2 / 12",
    "bottom": "answer = 0.75",
    "not_positive": ["answer = -2 / 16", "answer = 0"],
    "too_small": ["answer = 0.1", "answer = 0.12", "answer = 0.1245"],
    "too_large": ["answer = 0.13", "answer = 1"],
    "not_a_number": 'answer = "2 / 16"',
    "not_finite": 'answer = float("inf")',
}

EQUAL = {}
