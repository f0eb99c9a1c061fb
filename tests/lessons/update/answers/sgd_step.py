"""Answers to `sgd_step`."""

from tests.support.steps import RATE, Steps

MY = Steps(lambda parameters, lists, n: (parameters, RATE))
MINE = """
def my_sgd(parameters, learning_rate):
    with torch.no_grad():
        for parameter in parameters:
            parameter -= learning_rate * parameter.grad
"""
STEP = "parameter -= learning_rate * parameter.grad"


def changed(old, new):
    assert old in MINE
    return MINE.replace(old, new)


def step(new):
    return changed(STEP, new)


RIGHT = {
    "add_ with alpha": step("parameter.add_(parameter.grad, alpha=-learning_rate)"),
    "as in 2020": """
def my_sgd(parameters, learning_rate):
    for f in parameters:
        f.data.sub_(f.grad.data * learning_rate)
""",
    "data replaced": """
def my_sgd(parameters, learning_rate):
    for parameter in parameters:
        parameter.data = parameter.data - learning_rate * parameter.grad
""",
    "copied back": step("parameter.copy_(parameter - learning_rate * parameter.grad)"),
    "asked of PyTorch": """
def my_sgd(parameters, learning_rate):
    torch.optim.SGD(parameters, lr=learning_rate).step()
""",
    "with asserts of one's own": """
@torch.no_grad()
def my_sgd(parameters, learning_rate):
    assert learning_rate > 0 and len(parameters) > 0
    for i in range(len(parameters)):
        assert isinstance(parameters[i], nn.Parameter) and parameters[i].grad is not None
        parameters[i].sub_(torch.tensor(learning_rate) * parameters[i].grad.clone())
    return parameters
""",
    "as one long row": """
from torch.nn.utils import parameters_to_vector, vector_to_parameters

def my_sgd(parameters, learning_rate):
    with torch.no_grad():
        gradients = torch.cat([parameter.grad.flatten() for parameter in parameters])
        row = parameters_to_vector(parameters) - learning_rate * gradients
        vector_to_parameters(row, parameters)
""",
    "all at once": """
def my_sgd(parameters, learning_rate):
    with torch.inference_mode():
        torch._foreach_sub_(parameters, [learning_rate * p.grad for p in parameters])
""",
}


WRONG = {
    "not_moved": [
        (step("parameter = parameter - learning_rate * parameter.grad"), MY.moves_nothing),
        (step("parameter - learning_rate * parameter.grad"), MY.moves_nothing),
        (
            """
def my_sgd(parameters, learning_rate):
    return [p - learning_rate * p.grad for p in parameters]
""",
            MY.moves_nothing,
        ),
        (
            """
import copy

def my_sgd(parameters, learning_rate):
    parameters = copy.deepcopy(parameters)
    torch.optim.SGD(parameters, lr=learning_rate).step()
""",
            MY.moves_nothing,
        ),
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
        (
            """
def my_sgd(parameters, learning_rate):
    with torch.no_grad():
        while parameters:
            parameter = parameters.pop()
            parameter -= learning_rate * parameter.grad
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
        (
            """
def my_sgd(parameters, learning_rate):
    optimizer = torch.optim.SGD(parameters, lr=learning_rate)
    optimizer.step()
    optimizer.zero_grad()
""",
            MY.clears_gradients,
        ),
    ],
    "gradient_changed": [
        (step("parameter -= parameter.grad.mul_(learning_rate)"), MY.changes_gradients),
        (step("parameter.grad -= learning_rate * parameter"), MY.changes_gradients),
    ],
    "no_leaf": (MINE + "            parameter.requires_grad_(False)\n", MY.leaves_no_leaf),
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
        """
velocity = {}

def my_sgd(parameters, learning_rate):
    with torch.no_grad():
        for i, parameter in enumerate(parameters):
            step = learning_rate * parameter.grad
            if velocity.setdefault("steps", 0) > 1:
                step *= 0.5
            parameter -= step
        velocity["steps"] += 1
""",
    ],
    "differs": [
        step("parameter -= learning_rate * parameter.grad / 2"),
        step("parameter -= 0.2 * parameter.grad"),
        step("parameter -= learning_rate * parameter.grad.sum()"),
        step("parameter -= learning_rate * parameter.grad / parameter.grad.norm()"),
        step("parameter -= learning_rate * parameter.grad.clamp(-5, 5)"),
        step("parameter -= learning_rate**2 * parameter.grad"),
        step("parameter -= learning_rate * parameter.grad.reshape(-1)[0]"),
        step("parameter -= learning_rate * parameters[0].grad.flatten()[0]"),
        step("parameter *= 1 - learning_rate * parameter.grad / parameter"),
        changed("parameters:", "parameters * 2:"),
        step("parameter -= (learning_rate * parameter.grad).int()"),
        step("parameter -= learning_rate * parameter.grad.relu()"),
        step("parameter -= learning_rate * (parameter.grad + 0.01 * parameter)"),
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
