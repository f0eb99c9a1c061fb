"""Answers to `momentum_step`."""

MINE = """
def my_momentum(parameters, velocities, learning_rate, momentum):
    with torch.no_grad():
        for parameter, velocity in zip(parameters, velocities):
            velocity *= momentum
            velocity += parameter.grad
            parameter -= learning_rate * velocity
"""


def changed(*pairs):
    source = MINE
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        assert old in source
        source = source.replace(old, new)
    return source


ADD = "velocity += parameter.grad"
KEEP = "velocity *= momentum"
MOVE = "parameter -= learning_rate * velocity"

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
}

WRONG = {
    "not_moved": changed(MOVE, "parameter = parameter - learning_rate * velocity"),
    "not_kept": [
        changed(
            KEEP, "velocity = momentum * velocity", ADD, "velocity = velocity + parameter.grad"
        ),
        changed(ADD, "velocity = velocity + parameter.grad"),
    ],
    "ascent": [changed("-= learning", "+= learning"), changed(ADD, "velocity -= parameter.grad")],
    "dampened": changed(ADD, "velocity += (1 - momentum) * parameter.grad"),
    "nesterov": changed(
        MOVE, "parameter -= learning_rate * (parameter.grad + momentum * velocity)"
    ),
    "old_velocity": """
def my_momentum(parameters, velocities, learning_rate, momentum):
    with torch.no_grad():
        for parameter, velocity in zip(parameters, velocities):
            parameter -= learning_rate * velocity
            velocity *= momentum
            velocity += parameter.grad
""",
    "rate_in_velocity": changed(
        ADD, "velocity += learning_rate * parameter.grad", MOVE, "parameter -= velocity"
    ),
    "rate_forgotten": changed(MOVE, "parameter -= velocity"),
    "never_slower": changed(KEEP, "pass"),
    "no_memory": [
        changed(KEEP, "velocity *= 0"),
        changed(MOVE, "parameter -= learning_rate * parameter.grad"),
    ],
    "momentum_twice": [
        changed(KEEP, "velocity.copy_(momentum * (velocity + parameter.grad))", ADD, "pass"),
        changed(MOVE, "parameter -= learning_rate * momentum * velocity"),
    ],
    "gradient_twice": changed(MOVE, "parameter -= learning_rate * (velocity + parameter.grad)"),
    "usual_momentum": changed(KEEP, "velocity *= 0.9"),
    "gradient_changed": [
        changed(ADD, "velocity += parameter.grad; parameter.grad.zero_()"),
        changed(
            KEEP, "parameter.grad += momentum * velocity", ADD, "velocity.copy_(parameter.grad)"
        ),
    ],
    "no_leaf": changed(MOVE, MOVE + "; parameter.requires_grad_(False)"),
    "parameter_shape": changed(
        MOVE, "parameter.data = (parameter - learning_rate * velocity).flatten()"
    ),
    "other_path": [
        changed(KEEP, "velocity *= 1 - momentum"),
        changed(KEEP, "velocity *= momentum / 2"),
    ],
}

STOPPED = {
    "RuntimeError": changed("with torch.no_grad():", "if True:"),
    "TypeError": changed("(parameters, velocities, ", "(parameters, "),
}

EQUAL = {
    "6: True -> False": "both lists are equally long",
    "6: zip(parameters, velocities, strict=True) -> zip(parameters, velocities)": (
        "both lists are equally long"
    ),
}
