"""Answers to `mse`."""

RIGHT = {
    "a product in place of a square": """
def mean_squared_error(output, target):
    errors = output - target
    return (errors * errors).mean()
""",
    "sum and count": """
mean_squared_error = lambda output, target: ((target - output) ** 2).sum() / output.numel()
""",
    "a Python number": """
def mean_squared_error(output, target):
    squares = [(o - t) ** 2 for o, t in zip(output.view(-1).tolist(), target.view(-1).tolist())]
    return sum(squares) / len(squares)
""",
    "asked of PyTorch": "mean_squared_error = nn.MSELoss()",
}

_ERRORS = """
def mean_squared_error(output, target):
    errors = output - target
    return """

WRONG = {
    "not_reduced": _ERRORS + "errors**2",
    "not_squared": [_ERRORS + "errors.mean()", _ERRORS + "errors.sum() / errors.numel()"],
    "absolute": _ERRORS + "errors.abs().mean()",
    "summed": _ERRORS + "(errors**2).sum()",
    "mean_squared": _ERRORS + "errors.mean() ** 2",
    "rooted": _ERRORS + "(errors**2).mean().sqrt()",
    "halved": _ERRORS + "(errors**2).mean() / 2",
    "divided_by_rows": _ERRORS + "(errors**2).sum() / len(errors)",
    "other_loss": [_ERRORS + "(errors**2).max()", _ERRORS + "(errors**4).mean()"],
    "not_a_number": _ERRORS + "None",
    "not_a_function": "mean_squared_error = 1.2604",
}

STOPPED = {
    "TypeError": "def mean_squared_error(errors): return (errors**2).mean()",
    "AttributeError": _ERRORS + "errors.square_mean()",
}

EQUAL = {
    "2: output - target -> target - output": "the square of an error has no sign",
}
