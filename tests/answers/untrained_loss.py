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
}

WRONG = {
    "base_two": either("1", "math.log2(classes)"),
    "base_ten": either("math.log10(2)", "math.log10(classes)"),
    "sign": either("math.log(2)", "math.log(1 / classes)"),
    "probability": either("1 / 2", "1 / classes"),
    "share_of_errors": either("1 / 2", "1 - 1 / classes"),
    "always_ten": FIRST + "return math.log(10)",
    "always_two": FIRST + "return math.log(2)",
    "other_loss": [either("math.log(2)", "math.log(classes + 1)"), FIRST + "return classes"],
    "several_ignored": FIRST + "return math.log(classes)",
    "questions_added": either("classes * math.log(2)", "math.log(classes)"),
    "questions_divided": either("math.log(2) / classes", "math.log(classes)"),
    "other_binary_loss": [
        either("0.5", "math.log(classes)"),
        either("classes / 2", "math.log(classes)"),
    ],
    "not_a_number": FIRST + "math.log(classes)",
}

STOPPED = {"TypeError": "import math\nfirst_loss = math.log"}

EQUAL = {}
