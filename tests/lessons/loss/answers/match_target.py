"""Answers to `match_target`."""

import torch

_MATCHED = "def matched(output, target):\n    return "

RIGHT = {
    "reshape": _MATCHED + "target.reshape(output.shape)",
    "view with the sizes": _MATCHED + "target.view(*output.size())",
    "an error of one's own": """
def matched(output, target):
    if output.numel() != target.numel():
        raise ValueError(f"{output.numel()} outputs, {target.numel()} targets")
    return target.flatten().view_as(output)
""",
    "a copy": """
def matched(output, target):
    assert output.numel() == target.numel()
    return torch.tensor(target.flatten().tolist()).reshape_as(output)
""",
}


def _changes_the_target(answer):
    target = torch.tensor([1.0, 2.0])
    answer(torch.zeros(2, 1), target)
    return not (target.shape == (2,) and target.tolist() == [1, 2])


def _takes_too_few(answer):
    try:
        answer(torch.zeros(2, 3), torch.zeros(3))
        answer(torch.zeros(4, 1), torch.zeros(1))
    except Exception:
        return False
    return True


def _accepts_too_few(answer):
    try:
        answer(torch.zeros(4, 1), torch.zeros(1))
    except Exception:
        return False
    return True


WRONG = {
    "unchanged": _MATCHED + "target.clone()",
    "one_row": _MATCHED + "target.flatten().unsqueeze(0)",
    "differs": [
        _MATCHED + "output + 0 * target.view_as(output)",
        _MATCHED + "output.view_as(target)",
        _MATCHED + "target.view(len(output), -1)",
        _MATCHED + "target.flatten().flip(0).view_as(output)",
        _MATCHED + "torch.zeros_like(output)",
        _MATCHED + "target.mean().expand_as(output)",
    ],
    "input_changed": [
        (_MATCHED + "target.resize_(output.shape)", _changes_the_target),
        (_MATCHED + "target.unsqueeze_(0).view_as(output)", _changes_the_target),
    ],
    "not_refused": (
        [
            """
def matched(output, target):
    if output.numel() == target.numel():
        return target.view_as(output)
    return target.flatten()[:1].expand_as(output)
""",
            """
def matched(output, target):
    try:
        return target.view_as(output)
    except RuntimeError:
        print("does not fit")
""",
        ],
        _accepts_too_few,
    ),
    "not_a_tensor": _MATCHED + "target.view_as(output).tolist()",
}

STOPPED = {"RuntimeError": _MATCHED + "target.expand_as(output)"}

EQUAL = {}
