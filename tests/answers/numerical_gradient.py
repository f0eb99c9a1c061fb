"""Answers to `numerical_gradient`."""

MINE = """
def by_differences(function, x, h=1e-5):
    gradient = torch.zeros_like(x)
    for i in range(x.numel()):
        above, below = x.clone(), x.clone()
        above.view(-1)[i] += h
        below.view(-1)[i] -= h
        gradient.view(-1)[i] = (function(above) - function(below)) / (2 * h)
    return gradient
"""
QUOTIENT = "(function(above) - function(below)) / (2 * h)"


def quotient(new):
    return MINE.replace(QUOTIENT, new)


def changed(old, new):
    assert old in MINE
    return MINE.replace(old, new)


IN_PLACE = """
def by_differences(function, x, h=1e-5):
    gradient = torch.zeros_like(x)
    for i in range(x.numel()):
        x.view(-1)[i] += h
        above = function(x)
        x.view(-1)[i] -= 2 * h
        below = function(x)
        x.view(-1)[i] += h
        gradient.view(-1)[i] = (above - below) / (2 * h)
    return gradient
"""

RIGHT = {
    "moved and put back": IN_PLACE,
    "with unit tensors": """
def by_differences(function, x, h=1e-5):
    moves = h * torch.eye(x.numel(), dtype=x.dtype).view(-1, *x.shape)
    slopes = [(function(x + move) - function(x - move)) / (2 * h) for move in moves]
    return torch.stack(slopes).view_as(x)
""",
    "by row and column, in Python numbers": """
def by_differences(function, x, h=1e-5):
    found = [[0.0] * x.shape[1] for _ in x]
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            there, here = x.clone(), x.clone()
            there[i, j] = x[i, j] + h
            here[i, j] = x[i, j] - h
            found[i][j] = ((function(there) - function(here)) / h / 2).item()
    return torch.tensor(found)
""",
}

WRONG = {
    "not_halved": quotient("(function(above) - function(below)) / h"),
    "halved": quotient("(function(above) - function(below)) / (4 * h)"),
    "not_divided": quotient("function(above) - function(below)"),
    "sign": quotient("(function(below) - function(above)) / (2 * h)"),
    "one_sided": [
        quotient("(function(above) - function(x)) / h"),
        quotient("(function(x) - function(below)) / h"),
    ],
    "all_at_once": [
        MINE.replace("above.view(-1)[i] += h", "above += h").replace(
            "below.view(-1)[i] -", "below -"
        ),
        """
def by_differences(function, x, h=1e-5):
    return ((function(x + h) - function(x - h)) / (2 * h)).expand_as(x)
""",
    ],
    "rows_at_once": """
def by_differences(function, x, h=1e-5):
    gradient = torch.zeros_like(x)
    for i in range(len(x)):
        above, below = x.clone(), x.clone()
        above[i] += h
        below[i] -= h
        gradient[i] = (function(above) - function(below)) / (2 * h)
    return gradient
""",
    "x_changed": [
        IN_PLACE.replace("        x.view(-1)[i] += h\n        gradient", "        gradient"),
        changed("x.clone(), x.clone()", "x, x.clone()"),
    ],
    "h_ignored": [
        changed("    gradient = ", "    h = 1e-5\n    gradient = "),
        """
def by_differences(function, x, h=1e-5):
    return torch.autograd.functional.jacobian(function, x)
""",
    ],
    "other_differences": [
        quotient("(function(above) - 2 * function(x) + function(below)) / h**2"),
        quotient("QUOTIENT / 3").replace("QUOTIENT", QUOTIENT),
    ],
    "not_fine": [
        changed("x.clone(), x.clone()", "x.float(), x.float()"),
        changed("h=1e-5", "h=0.1"),
    ],
    "wrong_shape": changed("return gradient", "return gradient.view(-1)"),
    "not_a_tensor": changed("return gradient", "return gradient.tolist()"),
}

STOPPED = {"IndexError": changed("range(x.numel())", "range(x.numel() + 1)")}

EQUAL = {
    "0: 1e-05 -> -1e-05": "a central difference is the same from both sides",
    "0: 1e-05 -> 2e-05": "twice a tiny way is still a tiny way",
}
