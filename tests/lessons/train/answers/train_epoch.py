"""Answers to `train_epoch`."""

import copy
from functools import partial

import torch
from torch import nn, optim
from torch.utils.data import DataLoader

from course_utils.lessons.train.exercises.shared import small_network
from course_utils.lessons.train.exercises.train_epoch import train_epoch
from tests.support.edits import edited

MINE = train_epoch.solution().source
TRAIN = "    net.train()\n"
ZERO = "        optimizer.zero_grad()\n"
BACKWARD = "        loss.backward()\n"
STEP = "        optimizer.step()\n"
COUNT = "        count += len(target)\n"


changed = partial(edited, MINE)


def returns(expression):
    return changed("return total / count", f"return {expression}")


def at_the_end(line):
    return changed("    return", f"    {line}\n    return")


_MEASURED = """
        net.eval()
        with torch.no_grad():
            right = (net(images).argmax(dim=1) == target).sum()
        net.train()
"""

RIGHT = {
    "a tensor without a graph": """
def my_epoch(net, loader, criterion, optimizer):
    net.train()
    losses, sizes = [], []
    for batch, target in loader:
        loss = criterion(net(batch), target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.detach() * batch.shape[0])
        sizes.append(batch.shape[0])
    return sum(losses) / sum(sizes)
""",
    "cleared after the step": changed(ZERO, "", STEP, STEP + ZERO),
    "cleared by the network, with asserts": changed(
        "optimizer.zero_grad()", "net.zero_grad(); assert images.shape[1:] == (1, 32, 32)"
    ),
    "measured before the training, without a graph": changed(
        TRAIN, "    net.eval()\n    with torch.no_grad(): [net(x) for x, _ in loader]\n" + TRAIN
    ),
    "measured before the training, with a graph": changed(
        TRAIN, "    [net(x) for x, _ in loader]\n" + TRAIN
    ),
    "measured after each batch": changed(STEP, STEP + _MEASURED),
    "evaluation mode put back at the end": at_the_end("net.eval()"),
    "a closure for the step": """
def my_epoch(net, loader, criterion, optimizer):
    net.train()
    total = 0
    for images, target in loader:

        def closure():
            optimizer.zero_grad()
            loss = criterion(net(images), target)
            loss.backward()
            return loss

        total += optimizer.step(closure).item() * len(images)
    return total / len(loader.dataset)
""",
}


def _trained(test):
    """Whether `test(passes, moved, net, optimizer, result)` holds after an epoch."""

    def is_true(answer):
        passes = []
        net = small_network(passes, nn.LayerNorm, dropout=0.0).eval()
        start = net[2].weight.clone()
        optimizer = optim.SGD(net.parameters(), lr=0.5)
        data = [(torch.rand(2, 1, 32, 32), torch.tensor([0, 1])) for _ in range(2)]
        result = answer(net, data, nn.CrossEntropyLoss(), optimizer)
        learnt = [one for one in passes if one.learnt]
        return test(learnt, not torch.equal(start, net[2].weight), net, optimizer, result)

    return is_true


def _leads_elsewhere(answer):
    """Whether weights, buffers or memory differ from those after the five lines a batch."""
    ends, data = [], [(torch.randn(n, 4), torch.arange(n)) for n in (3, 3, 2)]
    start = nn.Sequential(nn.Linear(4, 3), nn.BatchNorm1d(3)).eval()
    criterion = nn.CrossEntropyLoss(label_smoothing=0.2)
    for epoch in (answer, _five_lines):
        net = copy.deepcopy(start)
        optimizer = optim.SGD(net.parameters(), lr=0.5, momentum=0.6)
        loader = DataLoader([pair for batch in data for pair in zip(*batch, strict=True)], 3)
        epoch(net, loader, criterion, optimizer)
        memory = [one.get("momentum_buffer") for one in optimizer.state.values()]
        ends.append(repr([*net.state_dict().values(), *memory]))
    return ends[0] != ends[1]


def _five_lines(net, loader, criterion, optimizer):
    net.train()
    for images, target in loader:
        optimizer.zero_grad()
        loss = criterion(net(images), target)
        loss.backward()
        optimizer.step()


_NO_GRADIENT = _trained(lambda learnt, *_: not learnt)
_UNMOVED = _trained(lambda learnt, moved, *_: learnt and not moved)
_EVALUATED = _trained(lambda learnt, *_: not all(one.modes == {True} for one in learnt))
_RATE = _trained(lambda *given: given[3].param_groups[0]["lr"] != 0.5)
_FROZEN = _trained(lambda *given: not given[2][2].weight.requires_grad)
_GRAPH = _trained(lambda *given: getattr(given[4], "requires_grad", False))

WRONG = {
    "old_gradients": [
        changed(TRAIN, TRAIN + "    optimizer.zero_grad()\n", ZERO, ""),
        changed(ZERO, "        optimizer.zero_grad\n"),
    ],
    "evaluation_mode": [
        (changed(TRAIN, ""), _EVALUATED),
        (changed(TRAIN, "    net.eval()\n"), _EVALUATED),
        (changed(TRAIN, "    net.train\n"), _EVALUATED),
        changed(TRAIN, "    net.training = True\n"),
        changed(TRAIN, "    net[3].train()\n"),
        (changed(COUNT, COUNT + "        net.eval()\n"), _EVALUATED),
    ],
    "no_gradient": [
        (changed(BACKWARD, ""), _NO_GRADIENT),
        ("def my_epoch(net, loader, criterion, optimizer): return 0.5", _NO_GRADIENT),
        changed("criterion(net(", "criterion(nn.Sequential(nn.Flatten(), nn.Linear(1024, 10))("),
    ],
    "not_moved": [
        (changed(STEP, ""), _UNMOVED),
        (changed(ZERO, "", STEP, ZERO + STEP), _UNMOVED),
        (changed(STEP, "        optimizer.step\n"), _UNMOVED),
        "import copy\n" + changed(TRAIN, "    net = copy.deepcopy(net).train()\n"),
    ],
    "first_batch": [
        changed(COUNT, COUNT + "        return total / count\n"),
        changed("in loader", "in [next(iter(loader))]"),
    ],
    "last_step": changed(STEP, "", "    return", "    optimizer.step()\n    return"),
    "one_step": changed(ZERO, "", STEP, "", "    return", "    optimizer.step()\n    return"),
    "other_weights": [
        (changed("in loader", "in list(loader)[-1:]"), _leads_elsewhere),
        changed(ZERO, "        if len(target) < loader.batch_size: continue\n" + ZERO),
        changed("in loader", "in list(loader)[:3]"),
        (changed("in loader", "in reversed(list(loader))"), _leads_elsewhere),
        (changed("in loader", "in [*loader, *loader]"), _leads_elsewhere),
        (changed(STEP, STEP + STEP), _leads_elsewhere),
        (at_the_end("optimizer.state.clear()"), _leads_elsewhere),
        changed(TRAIN, TRAIN + "    optimizer.state.clear()\n"),
        (changed("loss.backward()", "(-loss).backward()"), _leads_elsewhere),
        changed("loss.backward()", "(loss * len(target)).backward()"),
        changed("criterion(net", "F.cross_entropy(net"),
        changed(TRAIN, TRAIN + "    optimizer = optim.SGD(net.parameters(), lr=0.5)\n"),
        changed(BACKWARD, BACKWARD + "        nn.utils.clip_grad_norm_(net.parameters(), 0.01)\n"),
        changed(ZERO, ZERO + "        images = images + 0.1 * torch.randn_like(images)\n"),
        changed(ZERO, "        net(images)\n" + ZERO),
        changed(COUNT, COUNT + "        right = net(images).argmax(dim=1) == target\n"),
        changed("in loader", "in [loader.dataset.tensors]"),
    ],
    "changed": [
        (at_the_end("optimizer.param_groups[0]['lr'] *= 0.9"), _RATE),
        at_the_end("optimizer.param_groups[0]['momentum'] = 0"),
        (at_the_end("net.requires_grad_(False)"), _FROZEN),
        at_the_end("loader.dataset.tensors[1].zero_()"),
        at_the_end("net.register_forward_hook(lambda *a: None)"),
        at_the_end("torch.set_grad_enabled(False)"),
    ],
    "graph_kept": [
        (changed("loss.item()", "loss"), _GRAPH),
        (returns("loss"), _GRAPH),
    ],
    "not_weighed": changed(" * len(target)", "", "/ count", "/ len(loader)"),
    "losses_summed": changed(" * len(target)", "", " / count", ""),
    "size_forgotten": changed(" * len(target)", ""),
    "differs": [
        returns("loss.item()"),
        returns("total"),
        returns("-total / count"),
        returns("total / 10"),
        returns("total / (len(loader) * loader.batch_size)"),
        changed("total += ", "total += 1e-3 + "),
        changed("total += loss.item()", "total += torch.tensor(loss.item()) / 2"),
        changed(
            STEP,
            STEP + _MEASURED,
            "right = (net(images).argmax(dim=1) == target).sum()",
            "loss = criterion(net(images), target)",
        ),
    ],
    "not_a_number": [returns("[total / count]"), returns("print(total / count)")],
    "not_finite": returns("total * float('nan')"),
    "not_a_function": "my_epoch = optim.SGD",
}

STOPPED = {
    "RuntimeError": changed("loss.backward()", "loss.backward(); loss.backward()"),
    "TypeError": changed("(net, loader, criterion, optimizer)", "(net, loader, optimizer)"),
    "NameError": changed("net(images), target", "output, target"),
    "ZeroDivisionError": changed("count += ", "count -= 0 * "),
}

EQUAL = {"3: 0.0 -> -0.0": "a sum that begins at minus zero is the same sum"}
