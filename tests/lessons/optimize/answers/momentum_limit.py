"""Answers to `momentum_limit`."""

RETURN = "def limit(curvatures, momentum):\n    return "

RIGHT = {
    "for each direction": RETURN + "min((2 + 2 * momentum) / one for one in curvatures)",
    "sorted": RETURN + "2 * (1 + momentum) / sorted(curvatures)[-1]",
    "a tensor": RETURN + "(2 * (1 + momentum) / torch.tensor(curvatures)).min()",
}


def ends_far_away(answer):
    """Whether the rate for curvature 10 and momentum 0.5 leads away from the bottom."""
    rate, weight, velocity = answer([10.0], 0.5), 1.0, 0.0
    for _ in range(200):
        velocity = 0.5 * velocity + 10 * weight
        weight -= 1.001 * rate * velocity
    return abs(weight) > 1


def ends_close(answer):
    return not ends_far_away(answer)


WRONG = {
    "no_momentum": (RETURN + "1 / (max(curvatures) / 2)", ends_close),
    "shrinks": (RETURN + "(2 - 2 * momentum) / max(curvatures)", ends_close),
    "differs": [
        RETURN + "(1 + momentum) / max(curvatures)",
        RETURN + "2 * (1 + momentum) / sum(curvatures)",
        RETURN + "2 * (1 + momentum) * max(curvatures)",
        RETURN + "2 * (1 + momentum) / curvatures[-1]",
        RETURN + "(1 + momentum) ** 2 / max(curvatures)",
        RETURN + "2 * (1 + momentum**2) / max(curvatures)",
        RETURN + "2 * (1 + momentum) / max(curvatures[-2:])",
        RETURN + "2 * (1 + momentum) / max(curvatures[:3])",
        RETURN + "2 * (1 + momentum) / max(4, *curvatures)",
        RETURN + "0.152",
    ],
    "input_changed": """
def limit(curvatures, momentum):
    curvatures.sort()
    return 2 * (1 + momentum) / curvatures[-1]
""",
    "not_a_number": [RETURN + "[2 * (1 + momentum) / one for one in curvatures]", RETURN + "None"],
    "not_a_function": "limit = 0.152",
}

STOPPED = {
    "TypeError": RETURN + "2 * (1 + momentum) / curvatures",
    "NameError": RETURN + "2 * (1 + beta) / max(curvatures)",
}

EQUAL = {}
