"""Answers to `evaluate`."""

from functools import partial

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from course_utils.lessons.train.exercises.evaluate import evaluate
from course_utils.lessons.train.exercises.shared import small_network
from tests.support.edits import edited

MINE = evaluate.solution().source
BACK = "    net.train(was_training)\n"
EVAL = "    net.eval()\n"
NO_GRAD = "with torch.no_grad():"


changed = partial(edited, MINE)


def returns(expression):
    return changed("return right / count", f"return {expression}")


def at_the_end(line):
    return changed(BACK, BACK + f"    {line}\n")


RIGHT = {
    "inference mode, and every layer's own mode": """
def my_evaluate(net, loader):
    modes = {module: module.training for module in net.modules()}
    net.eval()
    right = []
    with torch.inference_mode():
        for images, labels in loader:
            assert images.shape[1:] == (1, 32, 32)
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
    twin = copy.deepcopy(net).eval()
    with torch.no_grad():
        pairs = [(twin(images).argmax(1), labels) for images, labels in loader]
    answers, labels = map(torch.cat, zip(*pairs))
    return (answers == labels).double().mean().item()
""",
    "a frozen copy, which needs no `no_grad`": """
import copy

def my_evaluate(net, loader):
    twin = copy.deepcopy(net).requires_grad_(False).eval()
    right = [twin(image[None]).argmax() == label for x, y in loader for image, label in zip(x, y)]
    return sum(map(int, right)) / len(right)
""",
    "each batch weighed by its size": changed(
        "(answers == labels).sum().item()",
        "(answers == labels).double().mean() * len(labels)",
    ),
}


def _asked(answer, training=True):
    """Notes of the passes and the network, after a call; whether recording and chance changed."""
    torch.manual_seed(5)
    passes = []
    net = small_network(passes, nn.BatchNorm1d).train(training)
    net(torch.rand(2, 1, 32, 32)).square().sum().backward()
    net[2].weight.grad.fill_(1)
    passes.clear()
    data, before = TensorDataset(torch.rand(4, 1, 32, 32), torch.arange(4)), torch.get_rng_state()
    answer(net, DataLoader(data, 2, generator=torch.Generator()))
    stopped, _ = not torch.is_grad_enabled(), torch.set_grad_enabled(True)
    return passes, net, stopped, not torch.equal(torch.get_rng_state(), before)


def _any_pass(test):
    return lambda answer: any(map(test, _asked(answer)[0]))


def _left(test):
    return lambda answer: any(test(_asked(answer, mode)[1], mode) for mode in (True, False))


_MODE = _left(lambda net, mode: any(module.training != mode for module in net.modules()))
_GRADIENT = _left(lambda net, _: (grad := net[2].weight.grad) is None or not grad.all())
_LAYER = _left(lambda net, _: net[4].p != 0.5 or net._forward_hooks or hasattr(net, "answers"))


WRONG = {
    "training_mode": [
        (changed(EVAL, ""), _any_pass(lambda one: True in one.modes)),
        changed(EVAL, "    net.training = False\n"),
        changed(EVAL, "    for layer in net: layer.eval()\n"),
        changed(EVAL, "    with torch.no_grad(): net(next(iter(loader))[0])\n" + EVAL),
        "import copy\n" + changed(EVAL, "    net = copy.deepcopy(net).train()\n"),
    ],
    "recorded": [
        (changed(NO_GRAD, "if True:"), _any_pass(lambda one: one.recorded)),
        changed(NO_GRAD, "with torch.enable_grad():"),
        changed(NO_GRAD, "if True:", "net(images)", "net(images).detach()"),
    ],
    "all_at_once": (
        changed("images, labels in loader", "images, labels in [map(torch.cat, zip(*loader))]"),
        _any_pass(lambda one: one.count > 2),
    ),
    "not_asked": [
        ("def my_evaluate(net, loader): return 0.5", lambda answer: not _asked(answer)[0]),
        changed("net(images).argmax(dim=1)", "labels"),
    ],
    "changed": [
        (
            changed(EVAL, EVAL + "    torch.set_grad_enabled(False)\n", NO_GRAD, "if True:"),
            lambda answer: _asked(answer)[2],
        ),
        (changed(BACK, ""), _MODE),
        (changed(BACK, "    net.train()\n"), _MODE),
        (changed(BACK, "    net.training = was_training\n"), _MODE),
        (at_the_end("net.zero_grad()"), _GRADIENT),
        (at_the_end("for p in net.parameters(): p.grad.zero_()"), _GRADIENT),
        (
            at_the_end("net.requires_grad_(False)"),
            _left(lambda net, _: not net[2].weight.requires_grad),
        ),
        at_the_end("net[3].reset_running_stats()"),
        (
            at_the_end("net.half()"),
            _left(lambda net, _: net[2].weight.dtype != torch.float32),
        ),
        (at_the_end("for m in net.modules(): m.p = 0.0"), _LAYER),
        at_the_end("net[3].momentum = 0"),
        (at_the_end("net.answers = answers"), _LAYER),
        (at_the_end("net.register_forward_hook(lambda *a: None)"), _LAYER),
        (at_the_end("torch.manual_seed(0)"), lambda answer: _asked(answer)[3]),
        changed(EVAL, EVAL + "    torch.rand(1)\n"),
        "import random\n" + at_the_end("random.seed(0)"),
        changed(
            *(EVAL, EVAL + "    net.requires_grad_(False)\n", NO_GRAD, "if True:"),
            *(BACK, BACK + "    net.requires_grad_(True)\n"),
        ),
        at_the_end("loader.dataset.tensors[1].zero_()"),
    ],
    "not_weighed": changed(
        "(answers == labels).sum()", "(answers == labels).double().mean()", "len(labels)", "1"
    ),
    "first_batch": changed("len(labels)\n", "len(labels)\n            break\n"),
    "last_batch": changed("right += ", "right = ", "count += ", "count = "),
    "full_batches": returns("right / (len(loader) * loader.batch_size)"),
    "differs": [
        returns("1 - right / count"),
        returns("right / 11"),
        changed("in loader", "in list(loader)[:5]"),
        returns("right // count"),
        changed("net(images)", "net(images[:1])"),
        changed("net(images)", "net(images.mul_(2))"),
        changed("net(images)", "net(images).relu()"),
        changed("net(images)", "net(images).half()"),
        changed("(answers == labels)", "(answers == answers)"),
        changed("answers = net", "labels[:] = net", "(answers == labels)", "(labels == labels)"),
        changed("in loader", "in list(loader)[:-1] or loader", "/ count", "/ len(loader.dataset)"),
    ],
    "not_a_number": [returns("(right, count)"), returns("None"), returns("f'{right / count:.0%}'")],
    "not_a_function": "my_evaluate = nn.Module",
}

STOPPED = {
    "RuntimeError": changed("dim=1", "dim=0"),
    "TypeError": changed("net, loader", "net"),
    "UnboundLocalError": changed("right, count = 0, 0", "right = 0"),
}

EQUAL = {
    "11: (answers == labels).sum().item() -> (answers == labels).sum()": (
        "a tensor of one number counts as well"
    ),
}
