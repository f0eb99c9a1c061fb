"""Answers to `count_parameters`."""

COUNT = "count_trainable = lambda net: "
TWO_LINES = """
def count_trainable(net):
    {}
    return sum(p.numel() for p in net.parameters() if p.requires_grad)
"""

RIGHT = {
    "in one line": COUNT + "sum(p.numel() for p in net.parameters() if p.requires_grad)",
    "by name, with the shape": """
import math

def count_trainable(net):
    assert isinstance(net, nn.Module)
    return sum(math.prod(p.shape) for _, p in net.named_parameters() if p.requires_grad)
""",
    "a tensor": """
def count_trainable(net):
    return torch.tensor([p.numel() * p.requires_grad for p in net.parameters()]).sum()
""",
    "all in one row": """
def count_trainable(net):
    rows = [p.detach().view(-1) for p in net.parameters() if p.requires_grad]
    return len(torch.cat(rows)) if rows else 0
""",
    "down into the children, by what each is": """
def count_trainable(net, seen=None):
    seen = set() if seen is None else seen
    total = sum(count_trainable(child, seen) for child in net.children())
    for p in net._parameters.values():
        if p is not None and p.requires_grad and id(p) not in seen:
            seen.add(id(p))
            total += p.numel()
    return total
""",
}


WRONG = {
    "tensors_counted": COUNT + "sum(1 for p in net.parameters() if p.requires_grad)",
    "all_tensors_counted": COUNT + "len(list(net.named_parameters()))",
    "shared_twice": [
        COUNT + "sum(p.numel() for n, p in net.named_parameters(remove_duplicate=False)"
        " if p.requires_grad)",
    ],
    "inner_again": """
def count_trainable(net):
    return sum(p.numel() for m in net.modules() for p in m.parameters() if p.requires_grad)
""",
    "always_zero": [
        COUNT + "sum(t.numel() for t in net.state_dict().values() if t.requires_grad)",
        COUNT + "sum(p.numel() for p in net.parameters() if p.grad is not None)",
        COUNT + "0",
    ],
    "differs": [
        """
def count_trainable(net):
    for p in net.parameters():
        if not p.requires_grad:
            break
        return p.numel()
    return 0
""",
        COUNT + "61706",
        COUNT + "sum(int(p.count_nonzero()) for p in net.parameters() if p.requires_grad)",
        COUNT + "sum(p.numel() for p in net.parameters() if not p.requires_grad)",
        COUNT + "sum(len(p) for p in net.parameters() if p.dim() and p.requires_grad)",
        COUNT + "sum(p.numel() for n, p in net.named_parameters() if 'weight' in n)",
        COUNT + "sum(p.numel() for c in net.children() for p in c.parameters() if p.requires_grad)",
        COUNT + "sum(p.shape[0] * p.shape[-1] for p in net.parameters() if p.requires_grad)",
        COUNT + "sum({p.shape: p.numel() for p in net.parameters() if p.requires_grad}.values())",
        COUNT + "sum(p.numel() if p.dim() else 2 for p in net.parameters() if p.requires_grad)",
        COUNT + "sum(p.numel() for p in net.parameters() if p.requires_grad or not p.dim())",
        COUNT + "sum(p.nbytes for p in net.parameters() if p.requires_grad) // 4",
    ],
    "network_changed": [
        TWO_LINES.format("net.eval()"),
        TWO_LINES.format("net.zero_grad()"),
        TWO_LINES.format("[p.data.zero_() for p in net.parameters()]"),
        """
def count_trainable(net):
    total = sum(p.numel() for p in net.parameters() if p.requires_grad)
    net.requires_grad_(False)
    return total
""",
    ],
    "input_marked": TWO_LINES.format("for p in net.parameters(): p.counted = True"),
    "seed_left": TWO_LINES.format("torch.manual_seed(0)"),
    "mode_left": TWO_LINES.format("torch.set_grad_enabled(False)"),
    "not_a_number": [
        "def count_trainable(net):\n    print(sum(p.numel() for p in net.parameters()))",
        COUNT + "[p.numel() for p in net.parameters() if p.requires_grad]",
        COUNT + "f'{sum(p.numel() for p in net.parameters() if p.requires_grad):,}'",
    ],
    "not_whole": COUNT + "sum(p.numel() for p in net.parameters() if p.requires_grad) / 2",
    "not_a_function": ["count_trainable = 61706", "count_trainable = nn.Linear"],
}

STOPPED = {
    "AttributeError": COUNT + "net.conv1.weight.numel() + net.conv1.bias.numel()",
    "TypeError": COUNT + "len(net.parameters())",
    "IndexError": COUNT + "sum(p.shape[0] * p.shape[1] for p in net.parameters())",
}

EQUAL = {}
