"""Answers to `count_layer`."""

COUNT = "count_conv = lambda inputs, outputs, kernel: "

RIGHT = {
    "weights, then biases": COUNT + "outputs * inputs * kernel**2 + outputs",
    "asked of PyTorch": COUNT
    + "sum(p.numel() for p in nn.Conv2d(inputs, outputs, kernel).parameters())",
    "a tensor": COUNT + "torch.tensor(inputs * kernel**2 + 1.0) * outputs",
    "with an assert of one's own": """
import math

def count_conv(inputs, outputs, kernel):
    assert inputs > 0 and outputs > 0 and kernel > 0
    weight, bias = (outputs, inputs, kernel, kernel), (outputs,)
    return math.prod(weight) + math.prod(bias)
""",
    "numpy": "import numpy\n" + COUNT + "numpy.prod([outputs, inputs, kernel, kernel]) + outputs",
    "a fraction": "from fractions import Fraction\n"
    + COUNT
    + "Fraction(inputs * kernel**2 + 1) / Fraction(1, outputs)",
}

WRONG = {
    "biases_forgotten": COUNT + "outputs * inputs * kernel * kernel",
    "differs": [
        COUNT + "156",
        COUNT + "inputs * (outputs * kernel**2 + 1)",
        COUNT + "2 * outputs * (inputs * kernel**2 + 1)",
        COUNT + "max(inputs, outputs) * (min(inputs, outputs) * kernel**2 + 1)",
        COUNT + "outputs * (inputs * kernel**2 + (kernel > 1))",
        COUNT + "outputs * (inputs * kernel**2 + 1) % 2**15",
        COUNT + "outputs * (inputs * (kernel // 2 * 2 + 1)**2 + 1)",
        COUNT + "(outputs + 1) * inputs * kernel**2",
        COUNT + "outputs * (inputs * kernel**2 - 1)",
        COUNT + "{(1, 6, 5): 156, (6, 16, 5): 2416}.get((inputs, outputs, kernel))or 0",
    ],
    "not_whole": COUNT + "outputs * (inputs * kernel**2 + 0.5)",
    "not_a_number": [
        "def count_conv(inputs, outputs, kernel):\n    print(outputs * (inputs * kernel**2 + 1))",
        COUNT + "f'{outputs * (inputs * kernel**2 + 1):,}'",
        COUNT + "nn.Conv2d(inputs, outputs, kernel).weight",
    ],
    "not_a_function": ["count_conv = 156", "count_conv = nn.Conv2d"],
}

STOPPED = {"TypeError": "def count_conv(layer): return sum(p.numel() for p in layer.parameters())"}

EQUAL = {}
