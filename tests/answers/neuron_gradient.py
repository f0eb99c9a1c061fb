"""Answers to `neuron_gradient`."""

MINE = """
def my_gradients(x, w, b, target):
    z = w * x + b
    error = max(z, 0.0) - target
    loss_by_z = 2 * error * (1 if z > 0 else 0)
    return loss_by_z * x, loss_by_z, loss_by_z * w
"""
BLANK = "2 * error * (1 if z > 0 else 0)"


def blank(new):
    return MINE.replace(BLANK, new)


def changed(old, new):
    assert old in MINE
    return MINE.replace(old, new)


RIGHT = {
    "with an if": """
def my_gradients(x, w, b, target):
    z = w * x + b
    if z <= 0:
        return [0, 0, 0]
    return [2 * (z - target) * factor for factor in (x, 1, w)]
""",
    "asked of autograd": """
def my_gradients(x, w, b, target):
    leaves = torch.tensor([x, w, b], requires_grad=True)
    ((torch.relu(leaves[1] * leaves[0] + leaves[2]) - target) ** 2).backward()
    return leaves.grad[1], leaves.grad[2], leaves.grad[0]
""",
    "a tensor of three": """
def my_gradients(x, w, b, target):
    z = w * x + b
    return 2 * (max(z, 0.0) - target) * float(z > 0) * torch.tensor([x, 1.0, w])
""",
}

WRONG = {
    "factor_two": blank("error * (z > 0)"),
    "slope_forgotten": blank("2 * error"),
    "slope_turned": blank("2 * error * (z < 0)"),
    "sign": [
        blank("-2 * error * (z > 0)"),
        changed("max(z, 0.0) - target", "target - max(z, 0.0)"),
    ],
    "loss_itself": blank("error**2 * (z > 0)"),
    "target_ignored": blank("2 * max(z, 0.0)"),
    "loss_forgotten": blank("1.0 * (z > 0)"),
    "z_for_slope": blank("2 * error * max(z, 0.0)"),
    "w_and_x": changed(
        "return loss_by_z * x, loss_by_z, loss_by_z * w",
        "return loss_by_z * w, loss_by_z, loss_by_z * x",
    ),
    "bias_times_b": changed("x, loss_by_z,", "x, loss_by_z * b,"),
    "other_gradient": [
        changed("max(z, 0.0)", "z").replace(BLANK, "2 * error"),
        changed("x, loss_by_z,", "x, 1.0,"),
    ],
    "slope_at_zero": blank("2 * error * (z >= 0)"),
    "not_three": [
        changed(", loss_by_z * w", ""),
        changed("return ", ""),
        changed("x, loss_by_z, loss", "x + loss_by_z + loss"),
    ],
    "not_a_number": changed("return loss_by_z * x,", "return None,"),
}

STOPPED = {"TypeError": MINE.replace(BLANK, "2 * error * ...")}

EQUAL = {
    "3: 0.0 -> -0.0": "both zeros are the same number",
    "3: max(z, 0.0) -> max(0.0, z)": "the larger of two is the same in any order",
    "3: max(z, 0.0) -> z": "where z is below 0, the slope makes every gradient 0",
}
