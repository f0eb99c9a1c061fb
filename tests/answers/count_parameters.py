"""Answers to `count_parameters`."""

_COUNT = "count_trainable = lambda net: "

RIGHT = {
    "in one line": _COUNT + "sum(p.numel() for p in net.parameters() if p.requires_grad)",
    "by name, with the shape": """
import math

def count_trainable(net):
    return sum(math.prod(p.shape) for _, p in net.named_parameters() if p.requires_grad)
""",
    "a tensor": """
def count_trainable(net):
    return torch.tensor([p.numel() * p.requires_grad for p in net.parameters()]).sum()
""",
}

WRONG = {
    "tensors_counted": _COUNT + "sum(1 for p in net.parameters() if p.requires_grad)",
    "frozen_counted": _COUNT + "sum(p.numel() for p in net.parameters())",
    "frozen_alone": _COUNT + "sum(p.numel() for p in net.parameters() if not p.requires_grad)",
    "shared_twice": [
        _COUNT
        + "sum(p.numel() for _, p in net.named_parameters(remove_duplicate=False)"
        + " if p.requires_grad)",
    ],
    "both": _COUNT + "sum(p.numel() for _, p in net.named_parameters(remove_duplicate=False))",
    "biases_forgotten": _COUNT
    + "sum(p.numel() for p in net.parameters() if p.requires_grad and p.dim() > 1)",
    "first_dimension": _COUNT + "sum(len(p) for p in net.parameters() if p.requires_grad)",
    "known_layers_alone": """
def count_trainable(net):
    kinds = (nn.Linear, nn.Conv2d, nn.BatchNorm1d)
    found = {p for m in net.modules() if isinstance(m, kinds) for p in m.parameters()}
    return sum(p.numel() for p in found if p.requires_grad)
""",
    "buffers_counted": _COUNT + "sum(t.numel() for t in net.state_dict().values())",
    "other_count": [
        """
def count_trainable(net):
    layers = [list(module.parameters(recurse=False)) for module in net.modules()]
    learning = [layer for layer in layers if any(p.requires_grad for p in layer)]
    return sum(p.numel() for p in {p for layer in learning for p in layer})
""",
        _COUNT + "61706",
        _COUNT + "0",
    ],
}

EQUAL = {}
