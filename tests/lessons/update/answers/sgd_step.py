"""Answers to `sgd_step`."""

from functools import partial

from tests.support.edits import edited
from tests.support.steps import RATE, Steps

MY = Steps(lambda parameters, lists, n: (parameters, RATE))
MINE = """
def my_sgd(parameters, learning_rate):
    with torch.no_grad():
        for parameter in parameters:
            parameter -= learning_rate * parameter.grad
"""
STEP = "parameter -= learning_rate * parameter.grad"


changed = partial(edited, MINE)


def step(new):
    return changed(STEP, new)


RIGHT = {
    "add_ with alpha": step("parameter.add_(parameter.grad, alpha=-learning_rate)"),
    "as in 2020": changed(
        *("with torch.no_grad():", "if True:"),
        *(STEP, "parameter.data.sub_(parameter.grad.data * learning_rate)"),
    ),
    "data replaced": step("parameter.data = parameter.data - learning_rate * parameter.grad"),
    "asked of PyTorch": """
def my_sgd(parameters, learning_rate):
    torch.optim.SGD(parameters, lr=learning_rate).step()
""",
    "all at once": """
def my_sgd(parameters, learning_rate):
    with torch.inference_mode():
        torch._foreach_sub_(parameters, [learning_rate * p.grad for p in parameters])
""",
}


WRONG = {
    "marked": MINE + "            parameter.step = 1\n",
    "not_moved": [
        (step("parameter = parameter - learning_rate * parameter.grad"), MY.moves_nothing),
        (step("parameter - learning_rate * parameter.grad"), MY.moves_nothing),
        (
            """
net = nn.Linear(2, 1)
net(torch.ones(2)).backward()

def my_sgd(parameters, learning_rate):
    with torch.no_grad():
        for parameter in net.parameters():
            parameter -= learning_rate * parameter.grad
""",
            MY.moves_nothing,
        ),
    ],
    "not_all": [
        (changed("in parameters", "in parameters[:1]"), MY.moves_some),
        (changed("in parameters", "in parameters[1:]"), MY.moves_some),
        (MINE + "            break\n", MY.moves_some),
        (MINE + "            return parameters\n", MY.moves_some),
    ],
    "list_changed": [
        (
            """
def my_sgd(parameters, learning_rate):
    with torch.no_grad():
        for i, parameter in enumerate(parameters):
            parameters[i] = parameter - learning_rate * parameter.grad
""",
            MY.changes_the_list,
        ),
    ],
    "ascent": [
        step("parameter += learning_rate * parameter.grad"),
        step("parameter.add_(parameter.grad, alpha=learning_rate)"),
        step("parameter -= -learning_rate * parameter.grad"),
    ],
    "rate_forgotten": step("parameter -= parameter.grad"),
    "shrunk": step("parameter *= 1 - learning_rate"),
    "gradient_cleared": [
        (MINE + "            parameter.grad.zero_()\n", MY.clears_gradients),
        (MINE + "            parameter.grad = None\n", MY.clears_gradients),
    ],
    "gradient_changed": [
        (step("parameter -= parameter.grad.mul_(learning_rate)"), MY.changes_gradients),
        (step("parameter.grad -= learning_rate * parameter"), MY.changes_gradients),
    ],
    "no_leaf": [
        (MINE + "            parameter.requires_grad_(False)\n", MY.leaves_no_leaf),
        changed("no_grad", "inference_mode", "parameter -=", "parameter.data = parameter -"),
    ],
    "parameter_shape": [
        (
            step("parameter.data = (parameter - learning_rate * parameter.grad).view(-1)"),
            MY.changes_the_form,
        ),
        (
            step("parameter.data = parameter.data.double() - learning_rate * parameter.grad"),
            MY.changes_the_form,
        ),
    ],
    "mode_left": (
        changed("with torch.no_grad():", "torch.set_grad_enabled(False)\n    if True:"),
        MY.switches_recording_off,
    ),
    "keeps_memory": [
        (
            """
calls = 0

def my_sgd(parameters, learning_rate):
    global calls
    calls += 1
    if calls <= 2:
        torch.optim.SGD(parameters, lr=learning_rate).step()
""",
            MY.goes_another_way_again,
        ),
    ],
    "differs": [
        step("parameter -= learning_rate * parameter.grad / 2"),
        step("parameter -= 0.2 * parameter.grad"),
        step("parameter -= learning_rate * parameter.grad / parameter.grad.norm()"),
        step("parameter -= learning_rate**2 * parameter.grad"),
        changed("parameters:", "parameters * 2:"),
        step("parameter -= learning_rate * parameter.grad.relu()"),
        changed("in parameters", "in parameters[1:]").replace("-=", "+="),
    ],
    "not_a_function": ["my_sgd = torch.optim.SGD", "my_sgd = None"],
}

STOPPED = {
    "RuntimeError": changed("with torch.no_grad():", "if True:"),
    "TypeError": changed("parameters, learning_rate", "parameters"),
    "NameError": step("parameter -= learning_rate * gradient"),
}

EQUAL = {}
