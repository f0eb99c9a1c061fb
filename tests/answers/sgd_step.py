"""Answers to `sgd_step`."""

MINE = """
def my_sgd(parameters, learning_rate):
    with torch.no_grad():
        for parameter in parameters:
            parameter -= learning_rate * parameter.grad
"""


def changed(old, new):
    assert old in MINE
    return MINE.replace(old, new)


def step(new):
    return changed("parameter -= learning_rate * parameter.grad", new)


RIGHT = {
    "add_ with alpha": step("parameter.add_(parameter.grad, alpha=-learning_rate)"),
    "as in 2020": """
def my_sgd(parameters, learning_rate):
    for f in parameters:
        f.data.sub_(f.grad.data * learning_rate)
""",
    "copied back": step("parameter.copy_(parameter - learning_rate * parameter.grad)"),
    "asked of PyTorch": """
def my_sgd(parameters, learning_rate):
    torch.optim.SGD(parameters, lr=learning_rate).step()
""",
}

WRONG = {
    "not_moved": [
        step("parameter = parameter - learning_rate * parameter.grad"),
        step("parameter - learning_rate * parameter.grad"),
        "def my_sgd(parameters, learning_rate):\n"
        "    return [p - learning_rate * p.grad for p in parameters]",
    ],
    "ascent": step("parameter += learning_rate * parameter.grad"),
    "rate_forgotten": step("parameter -= parameter.grad"),
    "gradient_forgotten": step("parameter -= learning_rate"),
    "divided": step("parameter -= parameter.grad / learning_rate"),
    "sign_alone": step("parameter -= learning_rate * parameter.grad.sign()"),
    "shrunk": step("parameter -= learning_rate * parameter"),
    "weight_factor": step("parameter -= learning_rate * parameter.grad * parameter"),
    "replaced": step("parameter.copy_(-learning_rate * parameter.grad)"),
    "gradient_changed": [
        MINE + "            parameter.grad.zero_()\n",
        MINE + "            parameter.grad = None\n",
        step("parameter -= parameter.grad.mul_(learning_rate)"),
    ],
    "no_leaf": MINE + "            parameter.requires_grad_(False)\n",
    "parameter_shape": step(
        "parameter.data = (parameter - learning_rate * parameter.grad).view(-1)"
    ),
    "other_path": [
        step("parameter -= learning_rate * parameter.grad / 2"),
        changed("in parameters", "in parameters[:1]"),
        step("parameter -= learning_rate * parameter.grad.mean()"),
        step("parameter -= 0.2 * parameter.grad"),
    ],
    "not_a_function": "my_sgd = torch.optim.SGD",
}

STOPPED = {
    "RuntimeError": changed("with torch.no_grad():", "if True:"),
    "TypeError": changed("parameters, learning_rate", "parameters"),
}

EQUAL = {}
