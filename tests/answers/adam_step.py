"""Answers to `adam_step`."""

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
    for parameter, mean, square in zip(parameters, means, squares):
        mean *= keep
        mean += (1 - keep) * parameter.grad
        square *= keep_square
        square += (1 - keep_square) * parameter.grad**2
        root = torch.sqrt(square / (1 - keep_square**n))
        parameter -= learning_rate * mean / (1 - keep**n) / (root + 1e-8)
""",
}

WRONG = {
    "not_moved": changed("parameter -= learning_rate", "parameter = parameter - learning_rate"),
    "not_kept": [
        changed(
            "mean.copy_(0.9 * mean + 0.1 * parameter.grad)",
            "mean = 0.9 * mean + 0.1 * parameter.grad",
        ),
        changed(
            "square.copy_(0.999 * square + 0.001 * parameter.grad**2)",
            "square = 0.999 * square + 0.001 * parameter.grad**2",
        ),
    ],
    "ascent": changed("parameter -=", "parameter +="),
    "uncorrected": changed("(1 - 0.999**n)", "1", "(1 - 0.9**n)", "1"),
    "mean_uncorrected": changed("(1 - 0.9**n)", "1"),
    "square_uncorrected": changed("(1 - 0.999**n)", "1"),
    "counted_late": changed("0.999**n", "0.999 ** (n + 1)", "0.9**n", "0.9 ** (n + 1)"),
    "epsilon_in_root": changed(
        "(1 - 0.999**n))", "(1 - 0.999**n) + 1e-8)", "(root + 1e-8)", "root"
    ),
    "divided_by_zero": changed("0.999**n", "0.999 ** (n - 1)", "0.9**n", "0.9 ** (n - 1)"),
    "epsilon_early": changed(
        "(square / (1 - 0.999**n)).sqrt()",
        "(square.sqrt() + 1e-8) / (1 - 0.999**n) ** 0.5",
        "(root + 1e-8)",
        "root",
    ),
    "epsilon_missing": changed("(root + 1e-8)", "root"),
    "no_root": changed(".sqrt()", ""),
    "no_mean": changed("(mean / (1 - 0.9**n))", "parameter.grad"),
    "shares_swapped": """
def my_adam(parameters, means, squares, n, learning_rate):
    with torch.no_grad():
        for parameter, mean, square in zip(parameters, means, squares):
            mean.copy_(0.999 * mean + 0.001 * parameter.grad)
            square.copy_(0.9 * square + 0.1 * parameter.grad**2)
            root = (square / (1 - 0.9**n)).sqrt()
            parameter -= learning_rate * (mean / (1 - 0.999**n)) / (root + 1e-8)
""",
    "same_share": changed(
        "0.999 * square + 0.001", "0.9 * square + 0.1", "(1 - 0.999**n)", "(1 - 0.9**n)"
    ),
    "not_squared": changed("parameter.grad**2", "parameter.grad.abs()"),
    "square_of_mean": changed("parameter.grad**2", "mean**2"),
    "whole_gradient": changed("0.1 * parameter.grad", "parameter.grad"),
    "whole_square": changed("0.001 * parameter.grad**2", "parameter.grad**2"),
    "gradient_changed": MINE + "            parameter.grad = None\n",
    "no_leaf": MINE + "            parameter.requires_grad_(False)\n",
    "parameter_shape": MINE + "            parameter.data = parameter.data.view(-1)\n",
    "other_path": [
        changed("mean / (1 - 0.9**n)", "mean.div_(1 - 0.9**n)"),
        changed("0.9**n", "0.9*n"),
        changed("learning_rate * ", "0.2 * "),
        changed("1e-8", "1e-4"),
    ],
}

STOPPED = {
    "RuntimeError": changed("with torch.no_grad():", "if True:"),
    "TypeError": changed("n, learning_rate", "learning_rate"),
}

EQUAL = {
    "6: True -> False": "the three lists are equally long",
    "6: zip(parameters, means, squares, strict=True) -> zip(parameters, means, squares)": (
        "the three lists are equally long"
    ),
    "6: zip(parameters, means, squares, strict=True) -> "
    "zip(parameters, squares, means, strict=True)": (
        "both lists begin with zeros, and each still serves one purpose"
    ),
}
