"""Answers to `untrained_loss`."""

FIRST = "import math\n\ndef first_loss(classes, several=False):\n    "


def either(several, one):
    return FIRST + f"return {several} if several else {one}"


RIGHT = {
    "the other logarithm": """
import math

def first_loss(classes, several=False):
    if several:
        classes = 2
    return -math.log(1 / classes)
""",
    "tensors": """
def first_loss(classes, several=False):
    return torch.tensor(2 if several else classes).log()
""",
    "asked of PyTorch": """
def first_loss(classes, several=False):
    zeros = torch.zeros(1, classes)
    if several:
        return nn.BCEWithLogitsLoss()(zeros, torch.ones(1, classes))
    return nn.CrossEntropyLoss()(zeros, torch.tensor([0]))
""",
    "four decimals": either("round(math.log(2), 4)", "round(math.log(classes), 4)"),
    "numpy": """
import numpy

def first_loss(classes, several=False):
    return numpy.log([2 if several else classes])
""",
}

WRONG = {
    "base_two": either("1", "math.log2(classes)"),
    "sign": either("math.log(2)", "math.log(1 / classes)"),
    "probability": either("0.5", "1 / classes"),
    "differs": [
        either("math.log(2)", "math.log(classes + 1)"),
        either("math.log(2)", "math.log(classes) / classes"),
        either("0.5", "math.log(classes)"),
        either("classes / 2", "math.log(classes)"),
        either("-math.log(2)", "math.log(classes)"),
        either("1.0", "math.log(classes)"),
        FIRST + "return classes",
        either("0.693", "round(math.log(classes), 3)"),
    ],
    "keeps_memory": """
import math

last = []

def first_loss(classes, several=False):
    last.append(several)
    return math.log(2 if last[-1] or len(last) > 10 else classes)
""",
    "not_a_number": FIRST + "math.log(classes)",
}

STOPPED = {"TypeError": "import math\nfirst_loss = math.log"}

EQUAL = {}
