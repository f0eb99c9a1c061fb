"""Answers to `mse`."""

import torch

_ERRORS = """
def mean_squared_error(output, target):
    errors = output - target
    return """

RIGHT = {
    "a product in place of a square": _ERRORS + "(errors * errors).mean()",
    "sum and count": _ERRORS + "((-errors) ** 2).sum() / output.numel()",
    "asked of PyTorch": "mean_squared_error = nn.MSELoss()",
    "with an assert of one's own": """
def mean_squared_error(output, target):
    assert output.shape == target.shape
    return torch.mean((output - target).pow(2))
""",
    "row by row": _ERRORS + "sum(e**2 for e in errors.flatten()) / errors.numel()",
}


def _is_no_tensor(answer):
    return not isinstance(answer(torch.ones(2), torch.zeros(2)), torch.Tensor)


def _is_detached(answer):
    return not answer(torch.ones(2, requires_grad=True), torch.zeros(2)).requires_grad


def _changes_the_output(answer):
    output = torch.ones(2)
    answer(output, torch.ones(2))
    return not torch.equal(output, torch.ones(2))


WRONG = {
    "not_reduced": [
        _ERRORS + "errors**2",
        _ERRORS + "(errors**2).mean(0)",
        _ERRORS + "(errors**2).mean(0).mean(0)",
    ],
    "not_squared": _ERRORS + "errors.sum() / errors.numel()",
    "differs": [
        _ERRORS + "(errors**2).max()",
        _ERRORS + "(errors**2).mean().clamp(max=100)",
        _ERRORS + "(errors**2).mean().clamp(min=0.01)",
        _ERRORS + "(errors.clamp(-10, 10) ** 2).mean()",
        _ERRORS + "(errors**4).mean()",
        _ERRORS + "errors.norm()",
        _ERRORS + "(errors**2).sum() / (len(errors) + 1)",
        _ERRORS + "(errors.abs() * errors).mean()",
        _ERRORS + "errors.flatten()[0] ** 2",
    ],
    "no_gradient": [
        (_ERRORS + "(errors**2).mean().item()", _is_no_tensor),
        (_ERRORS + "(errors.detach()**2).mean()", _is_detached),
        (_ERRORS + "(errors**2).mean().detach()", _is_detached),
    ],
    "input_changed": (
        """
def mean_squared_error(output, target):
    output -= target
    return (output**2).mean()
""",
        _changes_the_output,
    ),
    "not_a_number": [_ERRORS + "None", _ERRORS + "str((errors**2).mean())"],
    "not_a_function": ["mean_squared_error = 1.2604", "mean_squared_error = nn.MSELoss"],
}

STOPPED = {
    "RuntimeError": _ERRORS + "(errors.view(-1) ** 2).mean()",
    "TypeError": "def mean_squared_error(errors): return (errors**2).mean()",
    "AttributeError": _ERRORS + "errors.square_mean()",
}

EQUAL = {
    "2: output - target -> target - output": "the square of an error has no sign",
}
