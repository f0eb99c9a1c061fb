"""Answers to `accumulated`."""

from functools import partial

import torch
from torch import nn
from torch.nn import functional as F

from course_utils.lessons.backprop.exercises.shared import Layers, watch_graphs
from tests.support.edits import edited

BACKWARD = "(loss * len(some) / len(images)).backward()"
HEAD = "def in_pieces(net, criterion, images, target, size):\n    net.zero_grad()\n"
LOOP = """    for some, labels in zip(images.split(size), target.split(size)):
        loss = criterion(net(some), labels)
        (loss * len(some) / len(images)).backward()
"""


changed = partial(edited, HEAD + LOOP)


def backward(new):
    return changed(BACKWARD, new)


def first(new):
    return f"{HEAD}    {new}\n{LOOP}"


def at_last(new):
    return f"{HEAD}{LOOP}    {new}\n"


RIGHT = {
    "sums, divided at the end": changed(
        *("net.zero_grad()", "for one in net.parameters(): one.grad = None"),
        *(BACKWARD, "(loss * len(some)).backward()"),
    )
    + "    for one in net.parameters(): one.grad /= len(images)\n",
    "zeros in place of None": """
def in_pieces(net, criterion, images, target, size):
    torch.optim.SGD(net.parameters()).zero_grad(set_to_none=False)
    for some, labels in zip(torch.split(images, size), torch.split(target, size)):
        share = torch.tensor(len(some) / len(images))
        criterion(net(some), labels).backward(share)
""",
    "with torch.autograd.grad, on a copy": """
import copy

def in_pieces(net, criterion, images, target, size):
    twin, total = copy.deepcopy(net), [0] * len(list(net.parameters()))
    for some, labels in zip(images.split(size), target.split(size)):
        found = torch.autograd.grad(criterion(twin(some), labels), list(twin.parameters()))
        total = [t + g * len(some) / len(images) for t, g in zip(total, found)]
    for parameter, gradient in zip(net.parameters(), total):
        parameter.grad = gradient
""",
    "from a loader, in evaluation mode for a while": HEAD
    + """
    from torch.utils.data import DataLoader, TensorDataset
    was = net.training
    net.eval()
    for some, labels in DataLoader(TensorDataset(images, target), size, shuffle=True):
        (criterion(net(some), labels) * (some.shape[0] / images.shape[0])).backward()
    net.train(was)
""",
}


def filled(answer, old=None, count=3, size=2):
    """The gradient that the answer leaves in a layer, and that of the whole batch."""
    torch.manual_seed(0)
    net, images, target = nn.Linear(4, 3), torch.randn(count, 4), torch.arange(count) % 3
    whole = torch.autograd.grad(F.cross_entropy(net(images), target), net.weight)[0]
    for parameter in net.parameters():
        parameter.grad = None if old is None else torch.full_like(parameter, old)
    answer(net, nn.CrossEntropyLoss(), images, target, size)
    return net.weight.grad, whole


def times(factor, **given):
    def is_so(answer):
        came, whole = filled(answer, **given)
        return torch.allclose(came, whole * factor)

    return is_so


def keeps_the_old(answer):
    return torch.allclose(filled(answer, old=2.0)[0], filled(answer)[0] + 2)


def leaves_none(answer):
    return filled(answer)[0] is None


class Watched(nn.Linear):
    """Notes how many images it is shown."""

    def forward(self, x):
        self.__dict__.setdefault("seen", []).append(len(x))
        return super().forward(x)


def shows_more_than_size(answer):
    net = Watched(4, 3)
    answer(net, nn.CrossEntropyLoss(), torch.ones(5, 4), torch.zeros(5).long(), 2)
    return max(net.seen) > 2


def changes_more(answer):
    net, criterion = nn.Linear(4, 3), nn.CrossEntropyLoss()
    images, target = torch.ones(3, 4), torch.tensor([0, 1, 2])

    def state():
        modes = net.training, net.weight.requires_grad, images.requires_grad, criterion.reduction
        return *modes, net.weight.tolist(), images.tolist(), target.tolist()

    before = state()
    answer(net, criterion, images, target, 2)
    return before != state()


def keeps_graphs(answer):
    net = Layers()
    with watch_graphs(net.within) as kept:
        answer(net, nn.CrossEntropyLoss(), torch.ones(5, 16), torch.zeros(5).long(), 2)
    return max(kept) > 2


WRONG = {
    "no_gradient": [
        (HEAD, leaves_none),
        (backward("pass"), leaves_none),
        (at_last("net.zero_grad()"), leaves_none),
        (first("import copy; net = copy.deepcopy(net)"), leaves_none),
    ],
    "old_kept": (changed("net.zero_grad()", "net.zero_grad"), keeps_the_old),
    "summed": (backward("loss.backward()"), times(2, count=2, size=1)),
    "only_added": (
        changed("    net.zero_grad()\n", "", BACKWARD, "loss.backward()"),
        lambda answer: keeps_the_old(answer) and times(2, count=2, size=1)(answer),
    ),
    "last_share": changed("        loss", "        net.zero_grad()\n        loss"),
    "shares_forgotten": (backward("(loss * len(some)).backward()"), times(3)),
    "differs": [
        (backward("(2 * loss * len(some) / len(images)).backward()"), times(2)),
        backward("(loss / max(1, len(images) // size)).backward()"),
        backward("(loss * len(some) / 5).backward()"),
        changed("net(some)", "net(some).softmax(1)"),
        changed("target.split", "target.flip(0).split"),
        changed("labels)\n", "target[: len(some)])\n"),
        at_last("nn.utils.clip_grad_norm_(net.parameters(), 0.1)"),
        at_last("nn.utils.clip_grad_value_(net.parameters(), 1.0)"),
        at_last("net.zero_grad(set_to_none=False)"),
        HEAD
        + """
    for i in range(0, len(images) - size + 1, size):
        loss = criterion(net(images[i : i + size]), target[i : i + size])
        (loss * size / len(images)).backward()
    if len(images) < size:
        criterion(net(images), target).backward()
""",
    ],
    "more_changed": [
        (at_last("torch.optim.SGD(net.parameters(), lr=0.1).step()"), changes_more),
        (first("net.eval()"), changes_more),
        first("net.train()"),
        (at_last("net.requires_grad_(False)"), changes_more),
        (at_last("images.zero_()"), changes_more),
        (first("images.requires_grad_()"), changes_more),
        (at_last("target.zero_()"), changes_more),
        (at_last("criterion.reduction = 'sum'"), changes_more),
    ],
    "too_many_at_once": [
        (HEAD + "    criterion(net(images), target).backward()", shows_more_than_size),
        (HEAD + "    criterion(net.forward(images), target).backward()", shows_more_than_size),
        (first("with torch.no_grad(): print(net(images))"), shows_more_than_size),
        changed(".split(size)", ".split(size + 1)"),
    ],
    "graphs_kept": [
        (
            changed(
                *("    for", "    loss = 0\n    for"),
                *(
                    "loss = criterion(net(some), labels)",
                    "loss += len(some) * criterion(net(some), labels)",
                ),
                *(f"        {BACKWARD}", "    (loss / len(images)).backward()"),
            ),
            keeps_graphs,
        ),
        (
            HEAD + "    output = torch.cat([net(some) for some in images.split(size)])\n"
            "    criterion(output, target).backward()\n",
            keeps_graphs,
        ),
        (changed("backward()", "backward(retain_graph=True)"), keeps_graphs),
        changed("backward()", "backward(create_graph=True)"),
    ],
    "mode_left": at_last("torch.set_grad_enabled(False)"),
    "not_finite": backward("(loss / 0).backward()"),
}

STOPPED = {
    "RuntimeError": backward("loss.backward(); loss.backward()"),
    "AttributeError": first("for parameter in net.parameters(): parameter.grad.zero_()"),
    "TypeError": HEAD
    + "    for layer in net: images = layer(images)\n    criterion(images, target).backward()\n",
}

EQUAL = {
    "3: True -> False": "images and target are equally long",
    "3: zip(images.split(size), target.split(size), strict=True) -> "
    "zip(images.split(size), target.split(size))": "images and target are equally long",
}
