"""Answers to `adam_step`."""

from functools import partial

from tests.support.edits import edited
from tests.support.steps import RATE, Steps

MY = Steps(lambda parameters, lists, n: (parameters, *lists, n, RATE), lists=2)
MINE = """
def my_adam(parameters, means, squares, n, learning_rate):
    with torch.no_grad():
        for parameter, mean, square in zip(parameters, means, squares):
            mean.copy_(0.9 * mean + 0.1 * parameter.grad)
            square.copy_(0.999 * square + 0.001 * parameter.grad**2)
            root = (square / (1 - 0.999**n)).sqrt()
            parameter -= learning_rate * (mean / (1 - 0.9**n)) / (root + 1e-8)
"""


changed = partial(edited, MINE)


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
}


def _is_nan(answer):
    return MY.seen(answer).parameters[0].isnan().any()


def _is_nan_without_gradient(answer):
    return MY.seen(answer, gradient=0.0).parameters[0].isnan().any()


_COUNTS = "step = 0\n" + changed(
    "    with torch", "    global step\n    step += 1\n    with torch", "**n", "**step"
)

WRONG = {
    "not_moved": (
        [
            changed("parameter -= learning_rate", "parameter = parameter - learning_rate"),
            changed("parameter -= learning_rate", "learning_rate"),
        ],
        MY.moves_nothing,
    ),
    "not_kept": [
        (
            [
                changed(
                    "mean.copy_(0.9 * mean + 0.1 * parameter.grad)",
                    "mean = 0.9 * mean + 0.1 * parameter.grad",
                ),
                changed(
                    "square.copy_(0.999 * square + 0.001 * parameter.grad**2)",
                    "square = 0.999 * square + 0.001 * parameter.grad**2",
                ),
                """
def my_adam(parameters, means, squares, n, learning_rate):
    torch.optim.Adam(parameters, lr=learning_rate).step()
""",
            ],
            MY.keeps_zeros,
        ),
        changed("in zip(parameters, means, squares)", "in zip(parameters, means, means)"),
    ],
    "nothing_kept": (
        changed(
            "mean.copy_(0.9 * mean + 0.1 * parameter.grad)",
            "mean = 0.9 * mean + 0.1 * parameter.grad",
            "parameter -= learning_rate",
            "parameter = parameter - learning_rate",
        ),
        MY.keeps_zeros_and_moves_nothing,
    ),
    "not_all": (
        [(MINE + "            break\n"), (MINE + "            return parameters\n")],
        MY.moves_some,
    ),
    "gradient_kept": (
        """
def my_adam(parameters, means, squares, n, learning_rate):
    for i, p in enumerate(parameters):
        means[i] = p.grad if n == 1 else 0.9 * means[i] + p.grad
        squares[i] = 0.999 * squares[i] + 0.001 * p.grad**2
        mean = 0.1 * means[i] / (1 - 0.9**n)
        p.data -= learning_rate * mean / ((squares[i] / (1 - 0.999**n)).sqrt() + 1e-8)
""",
        MY.keeps_the_gradient,
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
    "epsilon_missing": (
        [changed("(root + 1e-8)", "root"), changed("(root + 1e-8)", "root + 1e-8")],
        _is_nan_without_gradient,
    ),
    "no_mean": changed("(mean / (1 - 0.9**n))", "parameter.grad"),
    "whole_square": changed("0.001 * parameter.grad**2", "parameter.grad**2"),
    "gradient_cleared": (MINE + "            parameter.grad = None\n", MY.clears_gradients),
    "gradient_changed": (
        changed("0.1 * parameter.grad)", "parameter.grad.mul_(0.1))"),
        MY.changes_gradients,
    ),
    "no_leaf": (MINE + "            parameter.requires_grad_(False)\n", MY.leaves_no_leaf),
    "parameter_shape": (
        MINE + "            parameter.data = parameter.data.view(-1)\n",
        MY.changes_the_form,
    ),
    "list_changed": MINE + "            parameters.pop()\n            break\n",
    "mode_left": (
        changed("with torch.no_grad():", "torch.set_grad_enabled(False)\n    if True:"),
        MY.switches_recording_off,
    ),
    "keeps_memory": [
        _COUNTS,
    ],
    "differs": [
        changed("mean / (1 - 0.9**n)", "mean.div_(1 - 0.9**n)"),
        changed("0.9**n", "0.9*n"),
        changed("1e-8", "1e-4"),
        changed("(root + 1e-8)", "(root**4 + 1e-8)"),
        MINE + "            n += 1\n",
        changed("(root + 1e-8)", "root.clamp(min=1e-8)"),
        changed("parameter -= learning_rate", "parameter -= 0.01 * parameter + learning_rate"),
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
