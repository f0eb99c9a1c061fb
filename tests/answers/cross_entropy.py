"""Answers to `cross_entropy`."""

MINE = """
def my_cross_entropy(output, target):
    largest = output.max(dim=1, keepdim=True).values
    log_sum = (output - largest).exp().sum(dim=1).log() + largest.squeeze(dim=1)
    right = output[torch.arange(len(target)), target]
    return (log_sum - right).mean()
"""


def changed(old, new):
    assert old in MINE
    return MINE.replace(old, new)


def from_probabilities(new):
    return f"""
def my_cross_entropy(output, target):
    rows = torch.arange(len(target))
    p = output.softmax(dim=1)
    return {new}
"""


RIGHT = {
    "logsumexp and gather": """
def my_cross_entropy(output, target):
    right = output.gather(1, target.view(-1, 1)).squeeze(1)
    return (output.logsumexp(dim=1) - right).mean()
""",
    "log_softmax": """
my_cross_entropy = lambda output, target: F.nll_loss(output.log_softmax(dim=1), target)
""",
    "one image at a time": """
import math

def my_cross_entropy(output, target):
    total = 0
    for scores, label in zip(output.tolist(), target.tolist()):
        largest = max(scores)
        total += largest + math.log(sum(math.exp(s - largest) for s in scores)) - scores[label]
    return total / len(target)
""",
    "with a one-hot target": """
def my_cross_entropy(output, target):
    z = output - output.amax(1, keepdim=True)
    log_p = z - z.exp().sum(1, keepdim=True).log()
    return -(F.one_hot(target, output.shape[1]) * log_p).sum() / len(output)
""",
    "asked of PyTorch": "my_cross_entropy = nn.CrossEntropyLoss()",
}

WRONG = {
    "not_reduced": changed(".mean()", ""),
    "sign": [
        changed("log_sum - right", "right - log_sum"),
        from_probabilities("F.nll_loss(-p.log(), target)"),
    ],
    "summed": changed("mean()", "sum()"),
    "softmax_twice": [
        "def my_cross_entropy(output, target):\n"
        "    return F.cross_entropy(output.softmax(dim=1), target)",
        MINE.replace("    largest =", "    output = output.softmax(dim=1)\n    largest ="),
    ],
    "base_two": from_probabilities("-p[rows, target].log2().mean()"),
    "base_ten": from_probabilities("-p[rows, target].log10().mean()"),
    "along_the_batch": from_probabilities("-output.softmax(dim=0)[rows, target].log().mean()"),
    "all_targets": from_probabilities("-p[:, target].log().mean()"),
    "no_softmax": from_probabilities("-output[rows, target].mean()"),
    "no_logarithm": from_probabilities("-p[rows, target].mean()"),
    "error_share": from_probabilities("(1 - p[rows, target]).mean()"),
    "likeliest_class": from_probabilities("-p.max(dim=1).values.log().mean()"),
    "target_ignored": from_probabilities("-p.log().mean()"),
    "mean_inside": from_probabilities("-p[rows, target].mean().log()"),
    "log_sum_alone": changed("log_sum - right", "log_sum"),
    "divided_by_all": changed(".mean()", ".sum() / output.numel()"),
    "other_loss": [
        from_probabilities("-(p[rows, target].log() + (1 - p[rows, target]).log()).mean()"),
        from_probabilities("(1 - p[rows, target]).square().mean()"),
    ],
    "output_changed": changed(
        "    log_sum = (output - largest)",
        "    output -= largest\n    largest = 0 * largest\n    log_sum = output",
    ),
    "overflow": [
        changed("(output - largest)", "output").replace(" + largest.squeeze(dim=1)", ""),
        """
def my_cross_entropy(output, target):
    p = output.exp() / output.exp().sum(dim=1, keepdim=True)
    return -p[torch.arange(len(target)), target].log().mean()
""",
        """
def my_cross_entropy(output, target):
    p = output.exp() / output.exp().sum(dim=1, keepdim=True)
    return F.nll_loss(p.log(), target) + 0 * p.sum()
""",
    ],
    "rounded_to_zero": [
        from_probabilities("-p[rows, target].log().mean()"),
        """
def my_cross_entropy(output, target):
    z = output - output.max(dim=1, keepdim=True).values
    p = z.exp() / z.exp().sum(dim=1, keepdim=True)
    return -p[torch.arange(len(target)), target].log().mean()
""",
    ],
    "bounded": [
        from_probabilities("-(p[rows, target] + 1e-9).log().mean()"),
        from_probabilities("-p[rows, target].clamp(min=1e-12).log().mean()"),
    ],
    "one_shift": [
        changed("output.max(dim=1, keepdim=True).values", "output.max().view(1, 1)"),
        changed("output.max(dim=1, keepdim=True).values", "output.max().expand(len(output), 1)"),
    ],
    "far_below_zero": changed("keepdim=True).values", "keepdim=True).values.clamp(min=0)"),
    "not_a_number": changed("    return (log_sum", "    (log_sum"),
    "not_finite": from_probabilities('float("nan")'),
}

STOPPED = {
    "IndexError": changed("torch.arange(len(target)), target", "target, torch.arange(len(target))"),
}

EQUAL = {
    "7: largest.squeeze(dim=1) -> largest.squeeze()": (
        "only one row loses its dimension, and broadcasting gives it back"
    ),
}
