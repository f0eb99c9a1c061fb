"""Answers to `momentum_step`."""

from functools import partial

from tests.support.edits import edited
from tests.support.steps import MOMENTUM, RATE, Steps

MY = Steps(lambda parameters, lists, n: (parameters, *lists, RATE, MOMENTUM), lists=1)
MINE = """
def my_momentum(parameters, velocities, learning_rate, momentum):
    with torch.no_grad():
        for parameter, velocity in zip(parameters, velocities):
            velocity *= momentum
            velocity += parameter.grad
            parameter -= learning_rate * velocity
"""
KEEP = "velocity *= momentum"
ADD = "velocity += parameter.grad"
MOVE = "parameter -= learning_rate * velocity"


changed = partial(edited, MINE)


RIGHT = {
    "chained": changed(KEEP, "velocity.mul_(momentum).add_(parameter.grad)", ADD, "pass"),
    "copied": changed(
        KEEP,
        "velocity.copy_(momentum * velocity + parameter.grad)",
        ADD,
        "pass",
        MOVE,
        "parameter.add_(velocity, alpha=-learning_rate)",
    ),
    "kept in the list": """
def my_momentum(parameters, velocities, learning_rate, momentum):
    for i, parameter in enumerate(parameters):
        velocities[i] = momentum * velocities[i] + parameter.grad
        parameter.data = parameter.data - learning_rate * velocities[i]
""",
    "a velocity that points downhill": changed(
        ADD, "velocity -= parameter.grad", MOVE, "parameter += learning_rate * velocity"
    ),
    "PyTorch's own, given the velocities": """
def my_momentum(parameters, velocities, learning_rate, momentum):
    optimizer = torch.optim.SGD(parameters, lr=learning_rate, momentum=momentum)
    for parameter, velocity in zip(parameters, velocities):
        optimizer.state[parameter]["momentum_buffer"] = velocity
    optimizer.step()
    for i, parameter in enumerate(parameters):
        velocities[i] = optimizer.state[parameter]["momentum_buffer"]
""",
}


WRONG = {
    "nothing_kept": (
        [changed(KEEP, "pass", ADD, "pass"), changed(ADD, "pass")],
        MY.keeps_zeros_and_moves_nothing,
    ),
    "not_moved": (
        [changed(MOVE, "parameter = parameter - learning_rate * velocity"), changed(MOVE, "pass")],
        MY.moves_nothing,
    ),
    "not_kept": (
        [
            changed(
                KEEP, "velocity = momentum * velocity", ADD, "velocity = velocity + parameter.grad"
            ),
            changed(ADD, "velocity = velocity + parameter.grad"),
            """
def my_momentum(parameters, velocities, learning_rate, momentum):
    torch.optim.SGD(parameters, learning_rate, momentum).step()
""",
        ],
        MY.keeps_zeros,
    ),
    "not_all": ([(MINE + "            break\n"), (MINE + "            return\n")], MY.moves_some),
    "gradient_kept": (
        """
def my_momentum(parameters, velocities, learning_rate, momentum):
    with torch.no_grad():
        for i, parameter in enumerate(parameters):
            if velocities[i].any():
                velocities[i] = momentum * velocities[i] + parameter.grad
            else:
                velocities[i] = parameter.grad
            parameter -= learning_rate * velocities[i]
""",
        MY.keeps_the_gradient,
    ),
    "ascent": [changed("-= learning", "+= learning"), changed(ADD, "velocity -= parameter.grad")],
    "rate_in_velocity": changed(
        ADD, "velocity -= learning_rate * parameter.grad", MOVE, "parameter += velocity"
    ),
    "never_slower": changed(KEEP, "pass"),
    "no_memory": [
        changed(KEEP, "velocity *= 0"),
        changed(MOVE, "parameter -= learning_rate * parameter.grad"),
    ],
    "momentum_twice": [
        changed(MOVE, "parameter -= learning_rate * momentum * velocity"),
        changed(ADD, "velocity += momentum * parameter.grad"),
    ],
    "gradient_cleared": (
        [
            changed(ADD, "velocity += parameter.grad; parameter.grad.zero_()"),
            changed(ADD, "velocity += parameter.grad; parameter.grad = None"),
        ],
        MY.clears_gradients,
    ),
    "gradient_changed": (
        changed(
            KEEP, "parameter.grad += momentum * velocity", ADD, "velocity.copy_(parameter.grad)"
        ),
        MY.changes_gradients,
    ),
    "no_leaf": (changed(MOVE, MOVE + "; parameter.requires_grad_(False)"), MY.leaves_no_leaf),
    "parameter_shape": (
        changed(MOVE, "parameter.data = (parameter - learning_rate * velocity).flatten()"),
        MY.changes_the_form,
    ),
    "list_changed": """
def my_momentum(parameters, velocities, learning_rate, momentum):
    with torch.no_grad():
        for i, velocity in enumerate(velocities):
            velocity.mul_(momentum).add_(parameters[i].grad)
            parameters[i] = nn.Parameter(parameters[i] - learning_rate * velocity)
""",
    "mode_left": (
        changed("with torch.no_grad():", "torch.set_grad_enabled(False)\n    if True:"),
        MY.switches_recording_off,
    ),
    "keeps_memory": [
        (
            """
memory = {}

def my_momentum(parameters, velocities, learning_rate, momentum):
    with torch.no_grad():
        for i, parameter in enumerate(parameters):
            memory[i] = momentum * memory.get(i, 0) + parameter.grad
            velocities[i].copy_(memory[i])
            parameter -= learning_rate * memory[i]
""",
            MY.goes_another_way_again,
        ),
    ],
    "differs": [
        changed(KEEP, "velocity *= momentum / 2"),
        changed(KEEP, "velocity *= momentum or 0.9"),
        changed(MOVE, "parameter -= learning_rate * velocity.sign()"),
        changed(ADD, "velocity += parameter.grad.clamp(-10, 10)"),
        changed(ADD, "velocity += parameters[0].grad.flatten()[0]"),
    ],
    "not_a_function": "my_momentum = torch.optim.SGD",
}

STOPPED = {
    "RuntimeError": changed("with torch.no_grad():", "if True:"),
    "TypeError": changed("(parameters, velocities, ", "(parameters, "),
}

EQUAL = {
    "3: True -> False": "both lists are equally long",
    "3: zip(parameters, velocities, strict=True) -> zip(parameters, velocities)": (
        "both lists are equally long"
    ),
}
