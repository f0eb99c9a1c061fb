"""Answers to `momentum_step`."""

import torch

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


def changed(*pairs):
    source = MINE
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        assert old in source
        source = source.replace(old, new)
    return source


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
    "a new list's content": """
@torch.no_grad()
def my_momentum(parameters, velocities, learning_rate, momentum):
    assert 0 <= momentum < 1 and len(parameters) == len(velocities)
    velocities[:] = [momentum * v + p.grad for p, v in zip(parameters, velocities)]
    for p, v in zip(parameters, velocities):
        p.copy_(p - learning_rate * v)
""",
    "a velocity that points downhill": changed(
        ADD, "velocity -= parameter.grad", MOVE, "parameter += learning_rate * velocity"
    ),
    "SGD where there is no momentum": """
def my_momentum(parameters, velocities, learning_rate, momentum):
    if momentum == 0:
        torch.optim.SGD(parameters, lr=learning_rate).step()
        return
    with torch.no_grad():
        for parameter, velocity in zip(parameters, velocities):
            velocity.mul_(momentum).add_(parameter.grad)
            parameter -= learning_rate * velocity
""",
    "two loops": """
def my_momentum(parameters, velocities, learning_rate, momentum):
    with torch.no_grad():
        torch._foreach_mul_(velocities, momentum)
        for i in range(len(parameters)):
            velocities[i].add_(parameters[i].grad)
        for i in range(len(parameters)):
            parameters[i].sub_(velocities[i], alpha=learning_rate)
""",
}


def trained(answer, steps=1, sizes=(1, 1)):
    """Parameters and velocities after steps from 0, each with a gradient of 1."""
    parameters = [torch.nn.Parameter(torch.zeros(size)) for size in sizes]
    velocities = [torch.zeros(size) for size in sizes]
    for _ in range(steps):
        for parameter in parameters:
            parameter.grad = torch.ones_like(parameter)
        answer(list(parameters), velocities, 0.5, 0.5)
    return parameters, velocities


def _keeps_zeros(answer):
    parameters, velocities = trained(answer)
    return not any(v.any() for v in velocities) and all(p.any() for p in parameters)


def _changes_nothing(answer):
    parameters, velocities = trained(answer)
    return not any(tensor.any() for tensor in (*parameters, *velocities))


def _moves_no_parameter(answer):
    parameters, velocities = trained(answer)
    return not any(p.any() for p in parameters) and all(v.any() for v in velocities)


def _moves_some(answer):
    parameters, _ = trained(answer)
    return [bool(p.any()) for p in parameters] == [True, False]


def _keeps_the_gradient(answer):
    parameters, velocities = trained(answer)
    parameters[0].grad += 7
    return velocities[0].item() == 8


def _clears_gradients(answer):
    parameters, _ = trained(answer)
    return parameters[0].grad is None or not parameters[0].grad.any()


def _changes_gradients(answer):
    parameters, _ = trained(answer, steps=2)
    return parameters[0].grad.item() != 1


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
    one, other = (trained(answer, steps=2)[0][0].item() for _ in range(2))
    return one != other


WRONG = {
    "nothing_kept": [
        (changed(KEEP, "pass", ADD, "pass"), _changes_nothing),  # the starter, last line filled
        (
            changed(
                KEEP,
                "velocity = momentum * velocity + parameter.grad",
                ADD,
                "parameter = parameter - learning_rate * velocity",
                MOVE,
                "pass",
            ),
            _changes_nothing,
        ),
        (changed(ADD, "pass"), _changes_nothing),
    ],
    "not_moved": [
        (changed(MOVE, "parameter = parameter - learning_rate * velocity"), _moves_no_parameter),
        (changed(MOVE, "pass"), _moves_no_parameter),
    ],
    "not_kept": [
        (
            changed(
                KEEP, "velocity = momentum * velocity", ADD, "velocity = velocity + parameter.grad"
            ),
            _keeps_zeros,
        ),
        (changed(ADD, "velocity = velocity + parameter.grad"), _keeps_zeros),
        (MINE + "            velocity.zero_()\n", _keeps_zeros),
        (
            """
def my_momentum(parameters, velocities, learning_rate, momentum):
    torch.optim.SGD(parameters, learning_rate, momentum).step()
""",
            _keeps_zeros,
        ),
        (
            """
def my_momentum(parameters, velocities, learning_rate, momentum):
    for parameter in parameters:
        old = getattr(parameter, "velocity", torch.zeros_like(parameter))
        parameter.velocity = momentum * old + parameter.grad
        parameter.data -= learning_rate * parameter.velocity
""",
            _keeps_zeros,
        ),
    ],
    "not_all": [
        (MINE + "            break\n", _moves_some),
        (MINE + "            return\n", _moves_some),
        (changed("zip(parameters,", "zip(parameters[:1],"), _moves_some),
    ],
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
        _keeps_the_gradient,
    ),
    "ascent": [changed("-= learning", "+= learning"), changed(ADD, "velocity -= parameter.grad")],
    "old_velocity": """
def my_momentum(parameters, velocities, learning_rate, momentum):
    with torch.no_grad():
        for parameter, velocity in zip(parameters, velocities):
            parameter -= learning_rate * velocity
            velocity *= momentum
            velocity += parameter.grad
""",
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
    "gradient_cleared": [
        (changed(ADD, "velocity += parameter.grad; parameter.grad.zero_()"), _clears_gradients),
        (changed(ADD, "velocity += parameter.grad; parameter.grad = None"), _clears_gradients),
    ],
    "gradient_changed": (
        changed(
            KEEP, "parameter.grad += momentum * velocity", ADD, "velocity.copy_(parameter.grad)"
        ),
        _changes_gradients,
    ),
    "no_leaf": (changed(MOVE, MOVE + "; parameter.requires_grad_(False)"), _leaves_no_leaf),
    "parameter_shape": (
        changed(MOVE, "parameter.data = (parameter - learning_rate * velocity).flatten()"),
        _changes_the_shape,
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
        _switches_recording_off,
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
            _goes_another_way_again,
        ),
        """
def my_momentum(parameters, velocities, learning_rate, momentum, last=[]):
    with torch.no_grad():
        for parameter, velocity in zip(parameters, velocities):
            last.append(parameter.grad.mean())
            velocity.mul_(momentum if len(last) > 1 else 0).add_(parameter.grad)
            parameter -= learning_rate * velocity * (1 if len(last) < 4 else 0.5)
""",
    ],
    "differs": [
        changed(KEEP, "velocity *= momentum / 2"),
        changed(KEEP, "velocity *= momentum or 0.9"),
        changed(KEEP, "velocity *= momentum**2"),
        changed(MOVE, "parameter -= learning_rate * velocity.sign()"),
        changed(MOVE, "parameter -= learning_rate * velocity / velocity.norm()"),
        changed(ADD, "velocity += parameter.grad.clamp(-10, 10)"),
        changed(ADD, "velocity += parameters[0].grad.flatten()[0]"),
        changed(ADD, "velocity += parameter.grad.mean()"),
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
