"""Answers to `freeze`."""

from contextlib import suppress

import torch
from torch import nn

HEAD = "def freeze_convolutions(net):\n"
LOOP = """
def freeze_convolutions(net):
    for module in net.modules():
        if isinstance(module, nn.Conv2d):
            """
PARAMETERS = LOOP + "for p in module.parameters(): "
NAMED = HEAD + "    for name, p in net.named_parameters():\n        "

RIGHT = {
    "tensor by tensor": PARAMETERS + "p.requires_grad = False\n    return net",
    "weights and biases": LOOP
    + """module.weight.requires_grad_(False)
            if module.bias is not None:
                module.bias.requires_grad = False
""",
    "with apply": HEAD
    + "    net.apply(lambda m: m.requires_grad_(False) if type(m) is nn.Conv2d else None)",
    "down from child to child": HEAD
    + """    assert isinstance(net, nn.Module)
    for child in net.children():
        if isinstance(child, nn.Conv2d):
            child.requires_grad_(False)
        else:
            freeze_convolutions(child)
""",
    "with a mark on the network": LOOP + "module.requires_grad_(False)\n    net.is_frozen = True",
}


def _after(answer, net=None):
    net = net or nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.Linear(2, 2))
    net[-1].weight.grad = torch.ones_like(net[-1].weight)
    answer(net)
    return net


def _freezes_nothing(answer):
    return all(tensor.requires_grad for tensor in _after(answer).parameters())


def _sets_what_nobody_reads(answer):
    net, known = _after(answer), vars(nn.Conv2d(1, 1, 1))
    return _freezes_nothing(answer) and bool(
        vars(net[0]).keys() - known or any(map(vars, net.parameters()))
    )


def _freezes_other_tensors(answer):
    last = nn.Sequential(nn.Linear(2, 2), nn.Conv2d(2, 2, 1), nn.Conv2d(2, 2, 1, bias=False))
    net = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), last)
    with suppress(AttributeError):  # one has no bias
        answer(net)
    pairs = [(m, p) for m in net.modules() for p in m.parameters(recurse=False)]
    return any(p.requires_grad == isinstance(m, nn.Conv2d) for m, p in pairs)


def _needs_a_bias(answer):
    _after(answer)
    try:
        _after(answer, nn.Sequential(nn.Conv2d(1, 2, 3, bias=False), nn.Linear(2, 2)))
    except AttributeError:
        return True
    return False


WRONG = {
    "method_set": [
        (PARAMETERS + "p.requires_grad_ = False", _sets_what_nobody_reads),
        (LOOP + "module.requires_grad_ = False", _sets_what_nobody_reads),
    ],
    "no_effect": [
        (PARAMETERS + "p.require_grad = False", _sets_what_nobody_reads),
        (LOOP + "module.requires_grad = False", _sets_what_nobody_reads),
    ],
    "nothing_frozen": [
        (HEAD + "    with torch.no_grad():\n        return net", _freezes_nothing),
        (PARAMETERS + "p.requires_grad == False", _freezes_nothing),
        (PARAMETERS + "p.data.requires_grad_(False)", _freezes_nothing),
    ],
    "all_frozen": HEAD + "    for p in net.parameters(): p.requires_grad = False",
    "biases_learn": [
        LOOP + "module.weight.requires_grad = False",
        HEAD + "    for p in net.parameters():\n        if p.dim() == 4: p.requires_grad = False",
    ],
    "by_name": [
        NAMED + "if name.startswith('conv'): p.requires_grad = False",
        HEAD
        + """    for name, module in net.named_modules():
        if 'conv' in name: module.requires_grad_(False)
""",
    ],
    "thawed": [
        HEAD
        + """    for m in net.modules():
        for p in m.parameters(recurse=False): p.requires_grad = not isinstance(m, nn.Conv2d)
""",
    ],
    "differs": [
        (source, _freezes_other_tensors)
        for source in (
            HEAD + "    for p in list(net.parameters())[:4]: p.requires_grad = False",
            HEAD
            + """    for m in net.modules():
            if isinstance(m, (nn.Conv2d, nn.BatchNorm2d)): m.requires_grad_(False)
""",
            LOOP + "module.requires_grad_(False)\n            break",
            LOOP + "module.requires_grad_(True)",
            LOOP + "module.bias.requires_grad_(False)",
            LOOP + "net.requires_grad_(False)",
            LOOP.replace(
                "if isinstance(", "if not isinstance(module, nn.Sequential) and not isinstance("
            )
            + "module.requires_grad_(False)",
            LOOP + "if module.bias is not None: module.requires_grad_(False)",
        )
    ],
    "no_bias": [
        (
            LOOP + "module.weight.requires_grad_(False); module.bias.requires_grad_(False)",
            _needs_a_bias,
        ),
    ],
    "network_changed": [
        LOOP + "module.weight.data.zero_(); module.requires_grad_(False)",
        LOOP
        + """for name, p in list(module.named_parameters()):
                setattr(module, name, nn.Parameter(p.detach(), requires_grad=False))
""",
        LOOP + "module.requires_grad_(False).eval()",
        LOOP + "module.requires_grad_(False).register_full_backward_hook(print)",
        HEAD + "    net.zero_grad()" + LOOP[len(HEAD) :] + "module.requires_grad_(False)",
    ],
    "seed_left": LOOP + "module.requires_grad_(False)\n    torch.manual_seed(0)",
    "mode_left": HEAD + "    torch.set_grad_enabled(False)",
    "not_a_function": ["freeze_convolutions = 'conv1'", "freeze_convolutions = nn.Conv2d"],
}

STOPPED = {
    "TypeError": "def freeze_convolutions(): pass",
    "AttributeError": HEAD + "    net.conv1.requires_grad_(False)",
}

EQUAL = {}
