"""Answers to `evaluate`."""

MINE = """
def my_evaluate(net, loader):
    was_training = net.training
    net.eval()
    right, count = 0, 0
    with torch.no_grad():
        for images, labels in loader:
            answers = net(images).argmax(dim=1)
            right += (answers == labels).sum().item()
            count += len(labels)
    net.train(was_training)
    return right / count
"""
BACK = "    net.train(was_training)\n"
EVAL = "    net.eval()\n"


def changed(*pairs):
    source = MINE
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        assert old in source
        source = source.replace(old, new)
    return source


def returns(expression):
    return changed("return right / count", f"return {expression}")


RIGHT = {
    "inference mode, and every layer's own mode": """
def my_evaluate(net, loader):
    modes = {module: module.training for module in net.modules()}
    net.eval()
    right = []
    with torch.inference_mode():
        for images, labels in loader:
            right += (net(images).argmax(1) == labels).tolist()
    for module, mode in modes.items():
        module.training = mode
    return sum(right) / len(right)
""",
    "decorated, and put back at the end whatever happens": """
@torch.no_grad()
def my_evaluate(net, loader):
    was_training = net.training
    net.train(False)
    try:
        right = sum((net(x).argmax(dim=1) == y).sum() for x, y in loader)
    finally:
        if was_training:
            net.train()
    return right / len(loader.dataset)
""",
    "a copy in evaluation mode": """
import copy

def my_evaluate(net, loader):
    examined = copy.deepcopy(net).eval()
    examined.trained, examined.recorded = net.trained, net.recorded
    with torch.no_grad():
        pairs = [(examined(images).argmax(1), labels) for images, labels in loader]
    answers, labels = map(torch.cat, zip(*pairs))
    return (answers == labels).double().mean().item()
""",
    "each batch weighed by its size": """
def my_evaluate(net, loader):
    was_training = net.training
    net.eval()
    total = count = 0
    with torch.no_grad():
        for images, labels in loader:
            share = (net(images).argmax(dim=1) == labels).double().mean()
            total += share * len(labels)
            count += len(labels)
    net.train(was_training)
    return total / count
""",
}

WRONG = {
    "training_mode": [
        changed(EVAL, ""),
        changed(EVAL, "    net.train()\n"),
        changed(EVAL, "    net.training = False\n"),
        changed(EVAL, "    net(next(iter(loader))[0].detach())\n    net.eval()\n").replace(
            "    net(next", "    with torch.no_grad(): net(next"
        ),
    ],
    "recorded": [
        changed("with torch.no_grad():", "if True:"),
        changed("with torch.no_grad():", "with torch.enable_grad():"),
        changed("net(images).argmax", "net(images).detach().argmax").replace(
            "with torch.no_grad():", "if True:"
        ),
    ],
    "recording_left_off": changed(EVAL, EVAL + "    torch.set_grad_enabled(False)\n").replace(
        "with torch.no_grad():", "if True:"
    ),
    "mode_left": changed(BACK, ""),
    "mode_forced": changed(BACK, "    net.train()\n"),
    "modes_mixed": changed(BACK, "    net.training = was_training\n"),
    "gradients_changed": [
        changed(EVAL, "    net.eval()\n    net.zero_grad()\n"),
        changed(EVAL, "    net.eval()\n    for p in net.parameters(): p.grad.zero_()\n"),
    ],
    "frozen": [
        changed(EVAL, "    net.eval()\n    net.requires_grad_(False)\n"),
        changed("with torch.no_grad():", "if True:").replace(
            EVAL, "    net.eval()\n    net.requires_grad_(False)\n"
        ),
    ],
    "state_changed": [
        changed(EVAL, "    net.eval()\n    net.layers[1].reset_running_stats()\n"),
        changed(
            BACK,
            "    with torch.no_grad():\n        for p in net.parameters(): p -= 0.1 * p.grad\n"
            + BACK,
        ),
    ],
    "not_asked": [
        "def my_evaluate(net, loader): return 0.5",
        returns("6 / 11").replace("net(images).argmax(dim=1)", "labels"),
    ],
    "not_weighed": """
def my_evaluate(net, loader):
    was_training = net.training
    net.eval()
    with torch.no_grad():
        shares = [(net(x).argmax(1) == y).double().mean() for x, y in loader]
    net.train(was_training)
    return sum(shares) / len(shares)
""",
    "first_batch": changed(
        "            count += len(labels)\n",
        "            count += len(labels)\n            break\n",
    ),
    "last_batch": [
        changed("right += ", "right = ", "count += ", "count = "),
    ],
    "summed": changed(
        "right += (answers == labels).sum()", "right += (answers == labels).double().mean()"
    ).replace("return right / count", "return right"),
    "counted": returns("right"),
    "per_batch": returns("right / len(loader)"),
    "full_batches": returns("right / len(loader) / loader.batch_size"),
    "percent": returns("100 * right / count"),
    "error_rate": returns("1 - right / count"),
    "loss": """
def my_evaluate(net, loader):
    was_training = net.training
    net.eval()
    total = count = 0
    with torch.no_grad():
        for images, labels in loader:
            total += nn.functional.cross_entropy(net(images), labels, reduction="sum").item()
            count += len(labels)
    net.train(was_training)
    return total / count
""",
    "other_share": [
        returns("right / count / 2"),
        returns("right / 11"),
        returns("6 / 11"),
        returns("right // count"),
        changed("right += ", "right = "),
        changed("net(images)", "net(images[:1])"),
    ],
    "not_a_number": [returns("(right, count)"), returns("None"), returns("f'{right / count:.0%}'")],
    "not_a_function": "my_evaluate = nn.Module",
}

STOPPED = {
    "RuntimeError": changed("dim=1", "dim=0"),
    "TypeError": changed("net, loader", "net"),
    "NameError": changed("right, count = 0, 0", "right = 0"),
}
STOPPED["UnboundLocalError"] = STOPPED.pop("NameError")

EQUAL = {
    "11: (answers == labels).sum().item() -> (answers == labels).sum()": (
        "a tensor of one number counts as well"
    ),
}
