"""Answers to `freeze`."""

_LOOP = """
def freeze_convolutions(net):
    for module in net.modules():
        if isinstance(module, nn.Conv2d):
"""

RIGHT = {
    "tensor by tensor": _LOOP
    + """
            for parameter in module.parameters():
                parameter.requires_grad = False
    return net
""",
    "weights and biases": _LOOP
    + """
            module.weight.requires_grad_(False)
            if module.bias is not None:
                module.bias.requires_grad_(False)
""",
    "with apply": """
def freeze_convolutions(net):
    net.apply(lambda m: m.requires_grad_(False) if type(m) is nn.Conv2d else None)
""",
}

WRONG = {
    "misspelt": [
        _LOOP + "            for p in module.parameters(): p.require_grad = False",
        _LOOP + "            module.require_grad = False",
    ],
    "attribute_of_layer": _LOOP + "            module.requires_grad = False",
    "eval_mode": _LOOP + "            module.eval()",
    "nothing_frozen": [
        "def freeze_convolutions(net):\n    with torch.no_grad():\n        return net",
        _LOOP + "            module.requires_grad_(True)",
        "def freeze_convolutions(net):\n"
        "    for name, p in net.named_parameters():\n"
        "        if name.startswith('conv'): p.requires_grad = False",
    ],
    "all_frozen": [
        "freeze_convolutions = lambda net: net.requires_grad_(False)",
        "def freeze_convolutions(net):\n    for p in net.parameters(): p.requires_grad = False",
    ],
    "others_frozen": [
        "def freeze_convolutions(net):\n"
        "    for p in list(net.parameters())[:6]: p.requires_grad = False",
        "def freeze_convolutions(net):\n"
        "    for m in net.modules():\n"
        "        if isinstance(m, (nn.Conv2d, nn.BatchNorm2d)): m.requires_grad_(False)",
    ],
    "biases_learn": _LOOP + "            module.weight.requires_grad = False",
    "some_learn": [
        "def freeze_convolutions(net):\n    next(iter(net.children())).requires_grad_(False)",
        "def freeze_convolutions(net):\n"
        "    for m in net.children():\n"
        "        if isinstance(m, nn.Conv2d): m.requires_grad_(False)",
    ],
    "numbers_changed": _LOOP + "            module.weight.data.zero_()",
    "mode_changed": _LOOP + "            module.requires_grad_(False).eval()",
    "not_a_function": "freeze_convolutions = 'conv1'",
}

EQUAL = {}
