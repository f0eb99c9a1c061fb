"""Answers to `adam_step`."""

import torch

MINE = """
def my_adam(parameters, means, squares, n, learning_rate):
    with torch.no_grad():
        for parameter, mean, square in zip(parameters, means, squares):
            mean.copy_(0.9 * mean + 0.1 * parameter.grad)
            square.copy_(0.999 * square + 0.001 * parameter.grad**2)
            root = (square / (1 - 0.999**n)).sqrt()
            parameter -= learning_rate * (mean / (1 - 0.9**n)) / (root + 1e-8)
"""


def changed(*pairs):
    source = MINE
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        assert old in source
        source = source.replace(old, new)
    return source


RIGHT = {
    "with lerp_ and addcdiv_": """
def my_adam(parameters, means, squares, n, learning_rate):
    with torch.no_grad():
        for p, m, v in zip(parameters, means, squares):
            m.lerp_(p.grad, 0.1)
            v.mul_(0.999).addcmul_(p.grad, p.grad, value=0.001)
            denominator = v.sqrt() / (1 - 0.999**n) ** 0.5 + 1e-8
            p.addcdiv_(m, denominator, value=-learning_rate / (1 - 0.9**n))
""",
    "kept in the lists": """
def my_adam(parameters, means, squares, n, learning_rate):
    for i, parameter in enumerate(parameters):
        means[i] = 0.9 * means[i] + 0.1 * parameter.grad
        squares[i] = 0.999 * squares[i] + 0.001 * parameter.grad * parameter.grad
        mean, square = means[i] / (1 - 0.9**n), squares[i] / (1 - 0.999**n)
        parameter.data -= learning_rate * mean / (square**0.5 + 1e-8)
""",
    "with *= and +=": """
@torch.no_grad()
def my_adam(parameters, means, squares, n, learning_rate, keep=0.9, keep_square=0.999):
    assert n >= 1 and len(parameters) == len(means) == len(squares)
    for parameter, mean, square in zip(parameters, means, squares):
        mean *= keep
        mean += (1 - keep) * parameter.grad
        square *= keep_square
        square += (1 - keep_square) * parameter.grad**2
        root = torch.sqrt(square / (1 - keep_square**n))
        parameter -= learning_rate * mean / (1 - keep**n) / (root + 1e-8)
""",
    "helpers and sums without shares": """
def updated(old, new, keep):
    return keep * old + new

def my_adam(parameters, means, squares, n, learning_rate):
    for p, m, s in zip(parameters, means, squares):
        m.data = updated(m, p.grad, 0.9)
        s.data = updated(s, p.grad.square(), 0.999)
        mean = m / sum(0.9**k for k in range(n))
        square = s / sum(0.999**k for k in range(n))
        p.data.sub_(learning_rate * mean / (square.sqrt() + 1e-8))
""",
}


def trained(answer, steps=1, sizes=(1, 1), zero=False):
    """Parameters and both lists after steps from 0, each with a gradient of 1, or of 0."""
    parameters = [torch.nn.Parameter(torch.zeros(size)) for size in sizes]
    means, squares = ([torch.zeros(size) for size in sizes] for _ in range(2))
    for n in range(1, steps + 1):
        for parameter in parameters:
            parameter.grad = torch.zeros_like(parameter) if zero else torch.ones_like(parameter)
        answer(list(parameters), means, squares, n, 0.5)
    return parameters, means, squares


def _keeps_zeros(answer):
    parameters, *lists = trained(answer)
    return any(not tensor.any() for kept in lists for tensor in kept) and bool(parameters[0].any())


def _keeps_zeros_and_moves_nothing(answer):
    parameters, *lists = trained(answer)
    zeros = any(not tensor.any() for kept in lists for tensor in kept)
    return zeros and not any(parameter.any() for parameter in parameters)


def _moves_no_parameter(answer):
    parameters, means, squares = trained(answer)
    return not any(p.any() for p in parameters) and all(m.any() for m in (*means, *squares))


def _moves_some(answer):
    parameters, *_ = trained(answer)
    return [bool(p.any()) for p in parameters] == [True, False]


def _is_nan(answer):
    return trained(answer)[0][0].isnan().any()


def _is_nan_without_gradient(answer):
    return trained(answer, zero=True)[0][0].isnan().any()


def _keeps_the_gradient(answer):
    parameters, means, _ = trained(answer)
    parameters[0].grad += 7
    return means[0].item() == 8


def _clears_gradients(answer):
    return trained(answer)[0][0].grad is None


def _changes_gradients(answer):
    return trained(answer)[0][0].grad.item() != 1


def _leaves_no_leaf(answer):
    return not trained(answer)[0][0].requires_grad


def _changes_the_shape(answer):
    return trained(answer, sizes=[(1, 2)])[0][0].shape != (1, 2)


def _switches_recording_off(answer):
    try:
        trained(answer)
        return not torch.is_grad_enabled()
    finally:
        torch.set_grad_enabled(True)


def _goes_another_way_again(answer):
    one, other = (trained(answer, steps=2)[1][0].item() for _ in range(2))
    return one != other


_COUNTS = """
step = 0

def my_adam(parameters, means, squares, n, learning_rate):
    global step
    step += 1
    with torch.no_grad():
        for parameter, mean, square in zip(parameters, means, squares):
            mean.copy_(0.9 * mean + 0.1 * parameter.grad)
            square.copy_(0.999 * square + 0.001 * parameter.grad**2)
            root = (square / (1 - 0.999**step)).sqrt()
            parameter -= learning_rate * (mean / (1 - 0.9**step)) / (root + 1e-8)
"""

WRONG = {
    "not_moved": [
        (
            changed("parameter -= learning_rate", "parameter = parameter - learning_rate"),
            _moves_no_parameter,
        ),
        (changed("parameter -= learning_rate", "learning_rate"), _moves_no_parameter),
    ],
    "not_kept": [
        (
            changed(
                "mean.copy_(0.9 * mean + 0.1 * parameter.grad)",
                "mean = 0.9 * mean + 0.1 * parameter.grad",
            ),
            _keeps_zeros,
        ),
        (
            changed(
                "square.copy_(0.999 * square + 0.001 * parameter.grad**2)",
                "square = 0.999 * square + 0.001 * parameter.grad**2",
            ),
            _keeps_zeros,
        ),
        changed("in zip(parameters, means, squares)", "in zip(parameters, means, means)"),
        (
            """
def my_adam(parameters, means, squares, n, learning_rate):
    torch.optim.Adam(parameters, lr=learning_rate).step()
""",
            _keeps_zeros,
        ),
    ],
    "nothing_kept": (
        changed(
            "mean.copy_(0.9 * mean + 0.1 * parameter.grad)",
            "mean = 0.9 * mean + 0.1 * parameter.grad",
            "parameter -= learning_rate",
            "parameter = parameter - learning_rate",
        ),
        _keeps_zeros_and_moves_nothing,
    ),
    "not_all": [
        (MINE + "            break\n", _moves_some),
        (MINE + "            return parameters\n", _moves_some),
    ],
    "gradient_kept": (
        """
def my_adam(parameters, means, squares, n, learning_rate):
    for i, p in enumerate(parameters):
        means[i] = p.grad if n == 1 else 0.9 * means[i] + p.grad
        squares[i] = 0.999 * squares[i] + 0.001 * p.grad**2
        mean = 0.1 * means[i] / (1 - 0.9**n)
        p.data -= learning_rate * mean / ((squares[i] / (1 - 0.999**n)).sqrt() + 1e-8)
""",
        _keeps_the_gradient,
    ),
    "ascent": changed("parameter -=", "parameter +="),
    "uncorrected": changed("(1 - 0.999**n)", "1", "(1 - 0.9**n)", "1"),
    "correction_stored": changed(
        "            root = (square / (1 - 0.999**n)).sqrt()",
        "            mean /= 1 - 0.9**n\n"
        "            square /= 1 - 0.999**n\n"
        "            root = square.sqrt()",
        "(mean / (1 - 0.9**n))",
        "mean",
    ),
    "divided_by_zero": (
        changed("0.999**n", "0.999 ** (n - 1)", "0.9**n", "0.9 ** (n - 1)"),
        _is_nan,
    ),
    "epsilon_missing": (changed("(root + 1e-8)", "root"), _is_nan_without_gradient),
    "no_mean": changed("(mean / (1 - 0.9**n))", "parameter.grad"),
    "whole_square": changed("0.001 * parameter.grad**2", "parameter.grad**2"),
    "gradient_cleared": (MINE + "            parameter.grad = None\n", _clears_gradients),
    "gradient_changed": (
        changed("0.1 * parameter.grad)", "parameter.grad.mul_(0.1))"),
        _changes_gradients,
    ),
    "no_leaf": (MINE + "            parameter.requires_grad_(False)\n", _leaves_no_leaf),
    "parameter_shape": (
        MINE + "            parameter.data = parameter.data.view(-1)\n",
        _changes_the_shape,
    ),
    "list_changed": """
def my_adam(parameters, means, squares, n, learning_rate):
    while parameters:
        parameters.pop()
""",
    "mode_left": (
        changed("with torch.no_grad():", "torch.set_grad_enabled(False)\n    if True:"),
        _switches_recording_off,
    ),
    "keeps_memory": [
        _COUNTS,
        (
            """
def my_adam(parameters, means, squares, n, learning_rate, memory={}):
    with torch.no_grad():
        for i, p in enumerate(parameters):
            old, older = memory.get(i, (0, 0))
            memory[i] = 0.9 * old + 0.1 * p.grad, 0.999 * older + 0.001 * p.grad**2
            means[i].copy_(memory[i][0])
            squares[i].copy_(memory[i][1])
            root = (squares[i] / (1 - 0.999**n)).sqrt()
            p -= learning_rate * (means[i] / (1 - 0.9**n)) / (root + 1e-8)
""",
            _goes_another_way_again,
        ),
    ],
    "differs": [
        changed("mean / (1 - 0.9**n)", "mean.div_(1 - 0.9**n)"),
        changed("0.9**n", "0.9*n"),
        changed("learning_rate * ", "0.2 * "),
        changed("1e-8", "1e-4"),
        changed("1e-8", "1e-12"),
        changed("(root + 1e-8)", "root.clamp(min=1e-8)"),
        changed("parameter -= learning_rate", "parameter -= 0.01 * parameter + learning_rate"),
        changed("(mean / (1 - 0.9**n))", "(mean / (1 - 0.9**n)).sign()"),
    ],
    "not_a_function": ["my_adam = torch.optim.Adam", 'my_adam = "Adam"'],
}

STOPPED = {
    "RuntimeError": changed("with torch.no_grad():", "if True:"),
    "TypeError": changed("n, learning_rate", "learning_rate"),
    "ZeroDivisionError": changed("learning_rate * (mean", "learning_rate / (n - 1) * (mean"),
}

EQUAL = {
    "3: True -> False": "the three lists are equally long",
    "3: zip(parameters, means, squares, strict=True) -> zip(parameters, means, squares)": (
        "the three lists are equally long"
    ),
    "3: zip(parameters, means, squares, strict=True) -> "
    "zip(parameters, squares, means, strict=True)": (
        "both lists begin with zeros, and each still serves one purpose"
    ),
}
