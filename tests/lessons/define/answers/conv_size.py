"""Answers to `conv_size`."""

_SIZE = "def output_size(size, kernel, stride=1, padding=0):\n    return "

RIGHT = {
    "written out": _SIZE + "(size - kernel + 2 * padding) // stride + 1",
    "a float without a fraction": "import math\n\n"
    + _SIZE
    + "math.floor((size + 2 * padding - kernel) / stride + 1) * 1.0",
    "counted": _SIZE + "len(range(0, size + 2 * padding - kernel + 1, stride))",
    "asked of PyTorch": """
def output_size(size, kernel, stride=1, padding=0):
    layer = nn.Conv2d(1, 1, kernel, stride, padding)
    return torch.tensor(layer(torch.zeros(1, size, size)).shape[-1])
""",
    "the formula of the reference": """
def output_size(size, kernel, stride=1, padding=0):
    assert kernel <= size + 2 * padding
    return int((size + 2 * padding - (kernel - 1) - 1) / stride + 1)
""",
    "fractions": "from fractions import Fraction\n\n"
    + _SIZE
    + "Fraction(size + 2 * padding - kernel) // stride + Fraction(1)",
    "decimals, and only by name": "from decimal import Decimal\n\n"
    + _SIZE.replace("stride=1", "*, stride=1")
    + "Decimal(size + 2 * padding - kernel) // stride + 1",
    "numpy": "import numpy\n\n"
    + _SIZE
    + "numpy.floor_divide(size + 2 * padding - kernel, stride) + 1",
}


def shifts(new):
    return f"""
def output_size(size, kernel, stride=1, padding=0):
    shifts = {new}
    return shifts // stride + 1
"""


def _swaps_stride_and_padding(answer):
    return answer(33, 5, 2, 3) != 18


def _has_other_defaults(answer):
    return (answer(33, 5), answer(33, 5, stride=2), answer(33, 5, padding=2)) != (29, 15, 33)


WRONG = {
    "one_added_twice": [
        shifts("size + 2 * padding - kernel + 1"),
        shifts("(size + 2 * padding - kernel) // stride + 1"),
    ],
    "stride_twice": shifts("(size + 2 * padding - kernel) // stride"),
    "padding_ignored": shifts("size - kernel"),
    "rounded_up": "import math\n" + _SIZE + "math.ceil((size + 2 * padding - kernel) / stride) + 1",
    "not_whole": _SIZE + "(size + 2 * padding - kernel) / stride + 1",
    "other_defaults": [
        (
            _SIZE.replace(default, other) + f"(size + 2 * padding - kernel) // {stride} + 1",
            _has_other_defaults,
        )
        for default, other, stride in (
            ("stride=1", "stride=2", "stride"),
            ("padding=0", "padding=1", "stride"),
            ("stride=1", "stride=None", "(stride or kernel)"),
        )
    ],
    "other_order": (
        _SIZE.replace("stride=1, padding=0", "padding=0, stride=1")
        + "(size + 2 * padding - kernel) // stride + 1",
        _swaps_stride_and_padding,
    ),
    "differs": [
        _SIZE + "28",
        _SIZE + "min((size + 2 * padding - kernel) // stride + 1, 200)",
        _SIZE + "(size + 2 * padding) // stride + 1",
        _SIZE + "(size + 2 * padding - 2 * ((kernel - 1) // 2) - 1) // stride + 1",
        _SIZE + "round((size + 2 * padding - kernel) / stride) + 1",
        _SIZE + "(size + 2 * padding - kernel) // stride + kernel % 2",
        _SIZE + "(size + kernel // 2 * padding - kernel) // stride + 1",
        _SIZE + "(size + 2 * padding - kernel) // min(stride, kernel) + 1",
        _SIZE + "(size + 2 * padding - kernel) // min(stride, 3) + 1",
        _SIZE + "(size + 2 * min(padding, kernel // 2) - kernel) // stride + 1",
        shifts("kernel - size - 2 * padding"),
    ],
    "not_a_number": [
        _SIZE + "(size + 2 * padding - kernel) // stride + 1,",
        _SIZE + "print((size + 2 * padding - kernel) // stride + 1)",
    ],
}

STOPPED = {
    "TypeError": "def output_size(size, kernel): return size - kernel + 1",
    "ZeroDivisionError": _SIZE + "(size + 2 * padding - kernel) // (stride - 1) + 1",
}

EQUAL = {}
