"""Answers to `accuracy`."""

import torch


def returns(expression):
    return f"def share_right(scores, labels):\n    return {expression}\n"


RIGHT = {
    "counted, then divided": returns("(scores.argmax(dim=1) == labels).sum().item() / len(labels)"),
    "a tensor of one number": returns("(torch.max(scores, 1)[1] == labels).float().mean()"),
    "image by image": """
def share_right(scores, labels):
    right = 0
    for row, label in zip(scores.tolist(), labels.tolist()):
        if row.index(max(row)) == label:
            right += 1
    return right / len(labels)
""",
    "by the softmax, which changes no order": returns(
        "(scores.softmax(dim=1).argmax(dim=1) == labels).double().mean()"
    ),
    "a fraction": "from fractions import Fraction\n"
    + returns("Fraction(int((scores.argmax(dim=1) == labels).sum()), labels.numel())"),
    "NumPy, and an assert of one's own": """
import numpy as np

def share_right(scores, labels):
    assert scores.shape == (len(labels), 10)
    return np.mean(scores.numpy().argmax(axis=1) == labels.numpy())
""",
    "kept as one column": returns(
        "(scores.argmax(1, keepdim=True) == labels.view(-1, 1)).float().mean()"
    ),
}


def _changes_an_input(answer):
    scores, labels = torch.eye(10), torch.arange(10)
    answer(scores, labels)
    return not torch.equal(scores, torch.eye(10)) or not torch.equal(labels, torch.arange(10))


WRONG = {
    "each_image": returns("(scores.argmax(dim=1) == labels)"),
    "counted": returns("int((scores.argmax(1) == labels).sum())"),
    "error_rate": returns("(scores.argmax(dim=1) != labels).double().mean()"),
    "over_images": returns("(scores.max(0).indices == labels).double().mean()"),
    "truncated": returns("(scores.argmax(dim=1) == labels).sum().item() // len(labels)"),
    "every_pair": returns("(scores.argmax(dim=1, keepdim=True) == labels).double().mean()"),
    "divided_by_ten": returns("(scores.argmax(dim=1) == labels).sum() / scores.shape[1]"),
    "first_ten": returns("(scores.argmax(dim=1) == labels)[:10].double().mean()"),
    "differs": [
        """
def share_right(scores, labels):
    for row, label in zip(scores, labels):
        right = (row.argmax() == label).double()
    return right
""",
        returns("0.7"),
        returns("scores.argmax(dim=1)"),
        returns("((scores.argmax(dim=1) - labels).abs() < 2).double().mean()"),
        returns("F.cross_entropy(scores, labels)"),
        returns("round((scores.argmax(dim=1) == labels).double().mean().item())"),
        returns("(scores.argmax(dim=1) == labels).double().std(correction=0)"),
        returns("(scores.argmax(dim=1) + 1 == labels).double().mean()"),
        returns("(scores.relu().argmax(dim=1) == labels).double().mean()"),
        returns("(scores.sigmoid().argmax(dim=1) == labels).double().mean()"),
        returns("(scores.half().argmax(dim=1) == labels).double().mean()"),
        returns("(scores[:, :9].argmax(dim=1) == labels).double().mean()"),
        returns("sum(str(s.argmax()) == y for s, y in zip(scores, labels)) / len(labels)"),
        returns("(scores.argmax(dim=1) == labels).sum() / max(len(labels), 6)"),
    ],
    "input_changed": [
        (returns("(scores.exp_().argmax(dim=1) == labels).double().mean()"), _changes_an_input),
        (
            "def share_right(scores, labels):\n    labels -= scores.argmax(dim=1)\n"
            "    return (labels == 0).double().mean()",
            _changes_an_input,
        ),
    ],
    "not_a_number": [
        returns("(scores.argmax(dim=1) == labels).double().mean().item() == 1"),
        returns("None"),
    ],
    "not_a_function": "share_right = 0.7",
}

STOPPED = {
    "RuntimeError": returns("(scores.argmax(dim=1) == labels).mean()"),
    "TypeError": "def share_right(scores): return scores.argmax(dim=1)",
    "AttributeError": returns("(list(scores) == labels).mean()"),
}

EQUAL = {
    "3: right.double().mean().item() -> right.double().mean()": (
        "a tensor of one number is one number"
    ),
}
