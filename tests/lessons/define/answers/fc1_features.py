"""Answers to `fc1_features`."""

RIGHT = {
    "the product": "arriving = 16 * 6 * 6",
    "a tensor": "arriving = torch.tensor(576)",
    "a fraction": "import fractions\narriving = fractions.Fraction(576)",
    "a decimal": "import decimal\narriving = decimal.Decimal(576)",
    "numpy": "import numpy\narriving = numpy.prod([16, 6, 6])",
    "asked of PyTorch": """
conv1, conv2 = nn.Conv2d(1, 6, 5, padding=2), nn.Conv2d(6, 16, 3)
maps = F.max_pool2d(conv2(F.max_pool2d(conv1(torch.zeros(1, 1, 28, 28)), 2)), 2)
arriving = torch.flatten(maps, 1).shape[1]
""",
}


def _is(number):
    return lambda answer: answer == number


WRONG = {
    "one_step_off": [
        ("arriving = 16 * ((((28 - 5 + 1) // 2) - 3 + 1) // 2) ** 2", _is(16 * 5 * 5)),
        ("arriving = 16 * ((((28 + 2 - 5 + 1) // 2) - 3 + 1) // 2) ** 2", _is(16 * 5 * 5)),
        ("arriving = 16 * ((((28 + 4 - 5 + 1) // 2) - 5 + 1) // 2) ** 2", _is(16 * 5 * 5)),
        ("arriving = 16 * ((((28 + 4 - 5) // 2) - 3) // 2) ** 2", _is(16 * 5 * 5)),
    ],
    "nothing_changed": ("arriving = 16 * ((((28 - 5 + 1) // 2) - 5 + 1) // 2) ** 2", _is(256)),
    "other_image": [
        "arriving = 28 * 28",
        ("arriving = 16 * ((((32 + 4 - 5 + 1) // 2) - 3 + 1) // 2) ** 2", _is(784)),
        ("arriving = 16 * (28 // 2 // 2) ** 2", _is(784)),
    ],
    "padded_twice": ("arriving = 16 * (((28 // 2) + 4 - 3 + 1) // 2) ** 2", _is(1024)),
    "second_pooling": ("arriving = 16 * ((28 // 2) - 3 + 1) ** 2", _is(2304)),
    "first_pooling": ("arriving = 16 * ((28 - 3 + 1) // 2) ** 2", _is(2704)),
    "no_pooling": ("arriving = 16 * (28 - 3 + 1) ** 2", _is(10816)),
    "wrong_number": [
        ("arriving = 0", lambda answer: answer != 16 * 6 * 6),
        ("arriving = -16 * 5 * 5", lambda answer: answer != 16 * 6 * 6),
        ("arriving = 576.0 + 1", lambda answer: answer != 16 * 6 * 6),
    ],
    "not_whole": "arriving = 16 * 5.3 * 5.3",
    "not_a_number": [
        'arriving = "many"',
        "arriving = (16, 6, 6)",
        "arriving = [16 * 36]",
        "arriving = True",
    ],
}

_ROUNDED = "the pooling rounds the other size down to the same one"
EQUAL = {
    "1: 1 -> 2": _ROUNDED,
    "1: 28 -> 29": _ROUNDED,
    "1: 5 -> 4": _ROUNDED,
    "3: 1 -> 2": _ROUNDED,
    "3: 3 -> 2": _ROUNDED,
    "1: 2 * 2 -> 2 + 2": "two times two is two plus two",
    "1: 2 -> 3": _ROUNDED,
    "2: after_c1 // 2 -> after_c1 / 2": "both sizes are even, so nothing is rounded",
    "4: after_c3 // 2 -> after_c3 / 2": "both sizes are even, so nothing is rounded",
}
