"""Answers to `cross_entropy`."""

from functools import partial

import torch
from torch.nn import functional as F

from tests.support.edits import edited

MINE = """
def my_cross_entropy(output, target):
    largest = output.max(dim=1, keepdim=True).values
    log_sum = (output - largest).exp().sum(dim=1).log() + largest.squeeze(dim=1)
    right = output[torch.arange(len(target)), target]
    return (log_sum - right).mean()
"""
changed = partial(edited, MINE)


HEAD = "def my_cross_entropy(output, target):\n    "
P = "rows, p = torch.arange(len(target)), output.softmax(dim=1)\n    return "


def from_probabilities(new):
    return HEAD + P + new


RIGHT = {
    "logsumexp and gather": HEAD
    + "return (output.logsumexp(1) - output.gather(1, target.view(-1, 1)).squeeze(1)).mean()",
    "a column and a row, whose table has the same mean": HEAD
    + "return (output.logsumexp(dim=1) - output.gather(1, target[:, None])).mean()",
    "two sums": changed("(log_sum - right).mean()", "(log_sum.sum() - right.sum()) / len(output)"),
    "log_softmax": HEAD + "return F.nll_loss(output.log_softmax(dim=1), target)",
    "one image at a time": """
def my_cross_entropy(output, target):
    total = 0
    for scores, label in zip(output, target):
        largest = max(scores)
        total += largest + sum(torch.exp(s - largest) for s in scores).log() - scores[label]
    return total / len(target)
""",
    "PyTorch's softmax and likelihood": """
def my_cross_entropy(output, target):
    assert output.ndim == 2 and target.ndim == 1
    return nn.NLLLoss()(nn.LogSoftmax(dim=1)(output), target)
""",
}


def _changes_an_input(answer):
    output, target = torch.tensor([[1.0, 2.0]]), torch.tensor([1])
    answer(output, target)
    return output.tolist() != [[1, 2]]


def _is_infinite(row, label):
    return lambda answer: not torch.isfinite(answer(torch.tensor([row]), torch.tensor([label])))


def _is_wrong(rows, labels):
    def is_wrong(answer):
        output, target = torch.tensor(rows), torch.tensor(labels)
        return not torch.isclose(answer(output, target), F.cross_entropy(output, target))

    return is_wrong


def _has_no_history(answer):
    loss = answer(torch.ones(1, 2, requires_grad=True), torch.tensor([0]))
    return not getattr(loss, "requires_grad", False)


def _calls_cross_entropy(answer):
    with torch.autograd.profiler.profile() as seen:
        answer(torch.zeros(1, 2), torch.tensor([0]))
    return any(event.name == "aten::cross_entropy_loss" for event in seen.function_events)


_OVERFLOWS = _is_infinite([1000.0, 0.0, 0.0], 0)
_ROUNDS = _is_infinite([1000.0, 0.0, 0.0], 1)
_IS_BOUNDED = _is_wrong([[1000.0, 0.0, 0.0]], [1])
_ONE_SHIFT = _is_wrong([[1000.0, 999.0], [0.0, 1.0], [2.0, 1.0]], [1, 0, 0])
_FAR_BELOW = _is_wrong([[-1000.0, -999.0, -1002.0]], [2])

WRONG = {
    "not_reduced": changed(".mean()", ""),
    "sign": [
        changed("log_sum - right", "right - log_sum"),
        from_probabilities("F.nll_loss(-p.log(), target)"),
    ],
    "softmax_twice": MINE.replace(
        "    largest =", "    output = output.softmax(dim=1)\n    largest ="
    ),
    "base_two": from_probabilities("-p[rows, target].log2().mean()"),
    "all_targets": from_probabilities("-p[:, target].log().mean()"),
    "log_sum_alone": changed("log_sum - right", "log_sum"),
    "differs": [
        from_probabilities("-p[rows, target].log10().mean()"),
        from_probabilities("-p[rows, target].mean().log()"),
        from_probabilities("(1 - p[rows, target]).square().mean()"),
        from_probabilities("-p[rows, target].log().max()"),
        changed("log_sum - right", "log_sum - right / len(right)"),
        changed("target]", "0 * target]"),
    ],
    "input_changed": [
        (
            changed(
                "    log_sum = (output - largest)",
                "    output -= largest\n    largest = 0 * largest\n    log_sum = output",
            ),
            _changes_an_input,
        ),
    ],
    "overflow": [
        (
            changed("(output - largest)", "output").replace(" + largest.squeeze(dim=1)", ""),
            _OVERFLOWS,
        ),
        (
            edited(
                from_probabilities("-p[rows, target].log().mean()"),
                *("output.softmax(dim=1)", "output.exp() / output.exp().sum(dim=1, keepdim=True)"),
            ),
            _OVERFLOWS,
        ),
    ],
    "rounded_to_zero": [
        (from_probabilities("-p[rows, target].log().mean()"), _ROUNDS),
        (
            """
def my_cross_entropy(output, target):
    z = output - output.max(dim=1, keepdim=True).values
    p = z.exp() / z.exp().sum(dim=1, keepdim=True)
    return -p[torch.arange(len(target)), target].log().mean()
""",
            _ROUNDS,
        ),
    ],
    "bounded": [
        (from_probabilities("-(p[rows, target] + 1e-9).log().mean()"), _IS_BOUNDED),
        (from_probabilities("-p[rows, target].clamp(min=1e-12).log().mean()"), _IS_BOUNDED),
    ],
    "one_shift": [
        (
            changed("output.max(dim=1, keepdim=True).values", "output.max().view(1, 1)"),
            _ONE_SHIFT,
        ),
    ],
    "far_below_zero": (
        changed("keepdim=True).values", "keepdim=True).values.clamp(min=0)"),
        _FAR_BELOW,
    ),
    "no_gradient": [
        (changed(".mean()", ".mean().item()"), _has_no_history),
        (changed(".mean()", ".mean().detach()"), _has_no_history),
        from_probabilities("torch.tensor(F.nll_loss(output.log_softmax(1), target).item())"),
    ],
    "other_gradient": changed("output[torch.arange", "output.detach()[torch.arange"),
    "forbidden": [
        (f"my_cross_entropy = {function}", _calls_cross_entropy)
        for function in (
            "nn.CrossEntropyLoss()",
            "F.cross_entropy",
            "lambda o, t: torch._C._nn.cross_entropy_loss(o, t, reduction=1)",
            "torch.ops.aten.cross_entropy_loss",
        )
    ],
    "not_a_number": changed("    return (log_sum", "    (log_sum"),
    "not_finite": from_probabilities('float("nan")'),
}

STOPPED = {
    "IndexError": changed("torch.arange(len(target)), target", "target, torch.arange(len(target))"),
}

_TABLE = "a column beside a row makes a table, whose mean is the same"
EQUAL = {
    "7: 1 -> 0": _TABLE,
    "7: largest.squeeze(dim=1) -> largest": _TABLE,
    "7: largest.squeeze(dim=1) -> largest.squeeze()": (
        "only one row loses its dimension, and broadcasting gives it back"
    ),
}
