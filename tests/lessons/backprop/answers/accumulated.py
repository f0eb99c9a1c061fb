"""Answers to `accumulated`."""

import torch
from torch import nn
from torch.nn import functional as F

MINE = """
def in_pieces(net, criterion, images, target, size):
    net.zero_grad()
    for some, labels in zip(images.split(size), target.split(size)):
        loss = criterion(net(some), labels)
        (loss * len(some) / len(images)).backward()
"""
ZERO = "    net.zero_grad()\n"
BACKWARD = "(loss * len(some) / len(images)).backward()"
INSIDE = "        net.zero_grad()\n        loss ="


def changed(old, new, source=MINE):
    assert old in source
    return source.replace(old, new)


def backward(new):
    return changed(BACKWARD, new)


def first(new):
    return changed(ZERO, f"{ZERO}    {new}\n")


def at_last(new):
    return f"{MINE}    {new}\n"


RIGHT = {
    "sums, divided at the end": """
def in_pieces(net, criterion, images, target, size):
    for parameter in net.parameters():
        parameter.grad = None
    for start in range(0, len(images), size):
        some = images[start : start + size]
        loss = criterion(net(some), target[start : start + size])
        (loss * len(some)).backward()
    for parameter in net.parameters():
        parameter.grad /= len(images)
""",
    "zeros in place of None": """
def in_pieces(net, criterion, images, target, size):
    net.zero_grad(set_to_none=False)
    for some, labels in zip(torch.split(images, size), torch.split(target, size)):
        share = torch.tensor(len(some) / len(images))
        criterion(net(some), labels).backward(share)
""",
    "one image at a time": """
def in_pieces(net, criterion, images, target, size):
    assert len(images) == len(target) and size > 0
    net.zero_grad()
    for image, label in zip(images.split(1), target.split(1)):
        (criterion(net(image), label) / len(images)).backward()
""",
    "single images, a backward for each piece": """
def in_pieces(net, criterion, images, target, size):
    net.zero_grad()
    loss = 0
    for i in range(len(images)):
        loss = loss + criterion(net(images[i : i + 1]), target[i : i + 1]) / len(images)
        if (i + 1) % size == 0 or i + 1 == len(images):
            loss.backward()
            loss = 0
""",
    "with torch.autograd.grad": """
def in_pieces(net, criterion, images, target, size):
    parameters = list(net.parameters())
    total = [torch.zeros_like(parameter) for parameter in parameters]
    for some, labels in zip(images.split(size), target.split(size)):
        found = torch.autograd.grad(criterion(net(some), labels), parameters)
        total = [t + g * len(some) / len(images) for t, g in zip(total, found)]
    for parameter, gradient in zip(parameters, total):
        parameter.grad = gradient
""",
    "by a copy of the network": """
import copy

def in_pieces(net, criterion, images, target, size):
    twin = copy.deepcopy(net)
    twin.zero_grad()
    for some, labels in zip(images.split(size), target.split(size)):
        (criterion(twin(some), labels) * len(some) / len(images)).backward()
    for mine, other in zip(net.parameters(), twin.parameters()):
        mine.grad = other.grad
""",
    "with an optimizer, and losses for the record": """
def in_pieces(net, criterion, images, target, size):
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    with torch.no_grad():
        before = [criterion(net(some), target[:1]) for some in images.split(1)[:1]]
    optimizer.zero_grad()
    losses = []
    for some, labels in zip(images.split(size), target.split(size)):
        losses.append(criterion(net(some), labels))
        (losses[-1] * (some.shape[0] / images.shape[0])).backward()
    print(before, torch.stack(losses).mean())
""",
    "losses first, thrown away": """
def in_pieces(net, criterion, images, target, size):
    pieces = list(zip(images.split(size), target.split(size)))
    print([criterion(net(some), labels).item() for some, labels in pieces])
    net.zero_grad()
    for some, labels in pieces:
        (criterion(net(some), labels) * len(some) / len(images)).backward()
""",
}


def _filled(answer, old=None, count=3, size=2, **options):
    """A layer whose gradient the answer has left, its images and its target."""
    torch.manual_seed(0)
    net, images, target = nn.Linear(4, 3), torch.randn(count, 4), torch.arange(count) % 3
    for parameter in net.parameters():
        parameter.grad = None if old is None else torch.full_like(parameter, old)
    answer(net, nn.CrossEntropyLoss(**options), images, target, size)
    return net, images, target


def _times(factor, **given):
    """Whether the gradient is so many times that of the whole batch."""

    def is_true(answer):
        net, images, target = _filled(answer, **given)
        came = net.weight.grad.clone()
        net.zero_grad()
        F.cross_entropy(net(images), target).backward()
        return torch.allclose(came, net.weight.grad * factor)

    return is_true


def _keeps_the_old(answer):
    kept, fresh = (_filled(answer, old=old)[0].weight.grad for old in (2.0, None))
    return torch.allclose(kept, fresh + 2)


def _leaves_none(answer):
    return _filled(answer)[0].weight.grad is None


def _shows_more_than_size(answer):
    net, seen = nn.Sequential(nn.Linear(4, 3)), []
    net[0].register_forward_pre_hook(lambda layer, given: seen.append(len(given[0])))
    answer(net, nn.CrossEntropyLoss(), torch.zeros(5, 4), torch.zeros(5).long(), 2)
    return max(seen) > 2


def _keeps_graphs(answer):
    """Whether a forward pass follows another before its graph is freed."""
    waiting, found = [], []

    class Layer(nn.Linear):
        def forward(self, x):
            alive = [out for out in waiting if _is_kept(out)]
            found.extend(alive)
            waiting.append(super().forward(x).tanh())
            return waiting[-1]

    answer(Layer(4, 3), nn.CrossEntropyLoss(), torch.ones(4, 4), torch.zeros(4).long(), 2)
    return bool(found)


def _is_kept(out):
    try:
        return out.grad_fn._saved_result is not None
    except RuntimeError:
        return False


def _changes_more(answer):
    torch.manual_seed(0)
    net, criterion = nn.Linear(4, 3), nn.CrossEntropyLoss()
    before = net.weight.tolist(), net.training, net.weight.requires_grad, criterion.reduction
    images, target = torch.ones(3, 4), torch.tensor([0, 1, 2])
    answer(net, criterion, images, target, 2)
    after = net.weight.tolist(), net.training, net.weight.requires_grad, criterion.reduction
    return before != after or images.ne(1).any().item() or target.tolist() != [0, 1, 2]


WRONG = {
    "no_gradient": [
        ("def in_pieces(net, criterion, images, target, size):\n    net.zero_grad()", _leaves_none),
        (backward("pass"), _leaves_none),
        (at_last("net.zero_grad()"), _leaves_none),
        backward("(loss * len(some) / len(images)).backward(inputs=[next(net.parameters())])")
        + "    next(net.parameters()).grad = None",
        (
            changed("    for", "    net = copy.deepcopy(net)\n    for", "import copy\n" + MINE),
            _leaves_none,
        ),
    ],
    "old_kept": [
        (changed(ZERO, ""), _keeps_the_old),
        (changed("net.zero_grad()", "net.zero_grad"), _keeps_the_old),
    ],
    "summed": (backward("loss.backward()"), _times(2, count=2, size=1)),
    "summed_on_old": changed(ZERO, "", backward("loss.backward()")),
    "pieces_alike": backward("(loss / len(images.split(size))).backward()"),
    "size_for_count": backward("(loss * size / len(images)).backward()"),
    "last_piece": [
        changed("        loss =", INSIDE, backward("loss.backward()")),
        changed("        " + BACKWARD, "    loss.backward()"),
    ],
    "last_share": changed("        loss =", INSIDE),
    "first_piece": backward("loss.backward(); break"),
    "divided_by_size": backward("(loss / len(some)).backward()"),
    "divided_by_all": backward("(loss / len(images)).backward()"),
    "shares_forgotten": (backward("(loss * len(some)).backward()"), _times(3)),
    "criterion_ignored": changed("criterion(", "nn.CrossEntropyLoss()("),
    "differs": [
        backward(BACKWARD + "; return"),
        (backward("(-loss * len(some) / len(images)).backward()"), _times(-1)),
        (backward("(2 * loss * len(some) / len(images)).backward()"), _times(2)),
        backward("(loss / max(1, len(images) // size)).backward()"),
        backward("(loss * len(some) / size).backward()"),
        backward("(loss * len(some) / 7).backward()"),
        changed("criterion(net(some), labels)", "criterion(net(some).softmax(1), labels)"),
        at_last("nn.utils.clip_grad_norm_(net.parameters(), 0.1)"),
        at_last("net.zero_grad(set_to_none=False)"),
        changed("target.split(size)", "target.flip(0).split(size)"),
        """
def in_pieces(net, criterion, images, target, size):
    net.zero_grad()
    for i in range(len(images) // size):
        some, labels = images[i * size : (i + 1) * size], target[i * size : (i + 1) * size]
        (criterion(net(some), labels) * size / len(images)).backward()
    for parameter in net.parameters():
        if parameter.grad is None:
            criterion(net(images), target).backward()
""",
    ],
    "more_changed": [
        (at_last("torch.optim.SGD(net.parameters(), lr=0.1).step()"), _changes_more),
        (at_last("net.eval()"), _changes_more),
        (first("net.eval()"), _changes_more),
        (at_last("net.requires_grad_(False)"), _changes_more),
        (at_last("images.zero_()"), _changes_more),
        (at_last("target.zero_()"), _changes_more),
        (
            first("criterion.reduction = 'sum'").replace("loss * len(some)", "loss"),
            _changes_more,
        ),
    ],
    "too_many_at_once": [
        """
def in_pieces(net, criterion, images, target, size):
    net.zero_grad()
    x = images
    for layer in net:
        x = layer(x)
    criterion(x, target).backward()
""",
        (
            """
def in_pieces(net, criterion, images, target, size):
    net.zero_grad()
    criterion(net(images), target).backward()
""",
            _shows_more_than_size,
        ),
        (
            """
def in_pieces(net, criterion, images, target, size):
    net.zero_grad()
    criterion(net.forward(images), target).backward()
""",
            _shows_more_than_size,
        ),
        (
            """
import copy

def in_pieces(net, criterion, images, target, size):
    twin = copy.deepcopy(net)
    twin.zero_grad()
    criterion(twin(images), target).backward()
    for mine, other in zip(net.parameters(), twin.parameters()):
        mine.grad = other.grad
""",
            _shows_more_than_size,
        ),
        (first("with torch.no_grad(): print(net(images))"), _shows_more_than_size),
        changed("images.split(size), target.split(size)", "[images], [target]"),
        changed(".split(size)", ".split(size + 1)"),
        changed(".split(size)", ".chunk(size)"),
    ],
    "graphs_kept": [
        (
            """
def in_pieces(net, criterion, images, target, size):
    net.zero_grad()
    loss = 0
    for some, labels in zip(images.split(size), target.split(size)):
        loss = loss + criterion(net(some), labels) * len(some)
    (loss / len(images)).backward()
""",
            _keeps_graphs,
        ),
        (
            """
def in_pieces(net, criterion, images, target, size):
    net.zero_grad()
    pairs = zip(images.split(size), target.split(size))
    losses = [criterion(net(some), labels) * len(some) / len(images) for some, labels in pairs]
    for loss in losses:
        loss.backward()
""",
            _keeps_graphs,
        ),
        (
            """
def in_pieces(net, criterion, images, target, size):
    net.zero_grad()
    output = torch.cat([net(some) for some in images.split(size)])
    criterion(output, target).backward()
""",
            _keeps_graphs,
        ),
        (backward("(loss * len(some) / len(images)).backward(retain_graph=True)"), _keeps_graphs),
        """
def in_pieces(net, criterion, images, target, size):
    net.zero_grad()
    loss, waiting = 0, 0
    for some, labels in zip(images.split(size), target.split(size)):
        loss, waiting = loss + criterion(net(some), labels) * len(some) / len(images), waiting + 1
        if waiting == 2:
            loss.backward()
            loss, waiting = 0, 0
    if waiting:
        loss.backward()
""",
    ],
    "mode_left": at_last("torch.set_grad_enabled(False)"),
    "not_finite": backward("(loss / 0).backward()"),
    "not_a_function": "in_pieces = nn.CrossEntropyLoss",
    "keeps_memory": """
seen = []

def in_pieces(net, criterion, images, target, size):
    net.zero_grad()
    seen.append(size)
    for some, labels in zip(images.split(size), target.split(size)):
        (criterion(net(some), labels) * len(some) / len(images) * (len(seen) < 10)).backward()
""",
}

STOPPED = {
    "RuntimeError": backward("loss.backward(); loss.backward()"),
    "NameError": changed("net.zero_grad()", "optimizer.zero_grad()"),
}

EQUAL = {
    "3: True -> False": "images and target are equally long",
    "3: zip(images.split(size), target.split(size), strict=True) -> "
    "zip(images.split(size), target.split(size))": "images and target are equally long",
}
