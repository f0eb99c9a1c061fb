"""Answers to `conv_size`: right ones, and wrong ones by the mistake they make."""

RIGHT = {
    "written out": """
def output_size(size, kernel, stride=1, padding=0):
    return (size - kernel + 2 * padding) // stride + 1
""",
    "a float without a fraction": """
import math

def output_size(size, kernel, stride=1, padding=0):
    return math.floor((size + 2 * padding - kernel) / stride + 1) * 1.0
""",
    "counted": """
output_size = lambda size, kernel, stride=1, padding=0: len(
    range(0, size + 2 * padding - kernel + 1, stride)
)
""",
    "asked of PyTorch": """
def output_size(size, kernel, stride=1, padding=0):
    layer = nn.Conv2d(1, 1, kernel, stride, padding)
    return torch.tensor(layer(torch.zeros(1, size, size)).shape[-1])
""",
}

_SIZE = "def output_size(size, kernel, stride=1, padding=0):\n    return "

WRONG = {
    "no_plus_one": _SIZE + "(size + 2 * padding - kernel) // stride",
    "padding_ignored": _SIZE + "(size - kernel) // stride + 1",
    "padding_once": _SIZE + "(size + padding - kernel) // stride + 1",
    "stride_ignored": _SIZE + "size + 2 * padding - kernel + 1",
    "kernel_added": _SIZE + "(size + 2 * padding + kernel) // stride + 1",
    "kernel_ignored": _SIZE + "(size + 2 * padding) // stride + 1",
    "rounded_up": "import math\n" + _SIZE + "math.ceil((size + 2 * padding - kernel) / stride) + 1",
    "not_whole": _SIZE + "(size + 2 * padding - kernel) / stride + 1",
    "other_defaults": """
def output_size(size, kernel, stride=2, padding=0):
    return (size + 2 * padding - kernel) // stride + 1
""",
    "wrong_size": _SIZE + "28",
}

STOPPED = {"TypeError": "def output_size(size, kernel): return size - kernel + 1"}

EQUAL = {}
