"""Answers to `train_epoch`."""

MINE = """
def my_epoch(net, loader, criterion, optimizer):
    net.train()
    total, count = 0.0, 0
    for images, target in loader:
        optimizer.zero_grad()
        loss = criterion(net(images), target)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(target)
        count += len(target)
    return total / count
"""
TRAIN = "    net.train()\n"
ZERO = "        optimizer.zero_grad()\n"
BACKWARD = "        loss.backward()\n"
STEP = "        optimizer.step()\n"
COUNT = "        count += len(target)\n"


def changed(*pairs):
    source = MINE
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        assert old in source
        source = source.replace(old, new)
    return source


def returns(expression):
    return changed("return total / count", f"return {expression}")


RIGHT = {
    "a tensor without a graph": """
def my_epoch(net, loader, criterion, optimizer):
    net.train()
    losses, sizes = [], []
    for batch, target in loader:
        output = net(batch)
        loss = criterion(output, target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.detach() * batch.shape[0])
        sizes.append(batch.shape[0])
    return sum(losses) / sum(sizes)
""",
    "cleared after the step": changed(ZERO, "", STEP, STEP + ZERO),
    "cleared by the network": """
def my_epoch(net, loader, criterion, optimizer):
    net.train(True)
    total = 0
    for images, target in loader:
        loss = criterion(net(images), target)
        net.zero_grad()
        loss.backward()
        optimizer.step()
        total += float(loss) * len(images)
    return total / len(loader.dataset)
""",
    "a running mean": """
def my_epoch(net, loader, criterion, optimizer):
    net.train()
    mean = count = 0
    for images, target in loader:
        optimizer.zero_grad()
        (loss := criterion(net(images), target)).backward()
        optimizer.step()
        count += len(images)
        mean += (loss.item() - mean) * len(images) / count
    return mean
""",
    "another default type left behind": changed(
        "    return", "    torch.set_default_dtype(torch.float16)\n    return"
    ),
    "evaluation mode put back at the end": changed("    return", "    net.eval()\n    return"),
}

WRONG = {
    "old_gradients": [
        changed(ZERO, ""),
        changed(TRAIN, TRAIN + "    optimizer.zero_grad()\n", ZERO, ""),
        changed(ZERO, "        optimizer.zero_grad\n"),
    ],
    "evaluation_mode": [
        changed(TRAIN, ""),
        changed(TRAIN, "    net.eval()\n"),
        changed(TRAIN, "    net.train(False)\n"),
        changed(TRAIN, "    net.training = True\n"),
        changed(TRAIN, "    net.train\n"),
        changed(TRAIN, "    net[1].train()\n"),
        changed(COUNT, COUNT + "        net.eval()\n"),
    ],
    "no_gradient": [
        changed(BACKWARD, ""),
        changed(ZERO, "", STEP, ZERO + STEP),
        "def my_epoch(net, loader, criterion, optimizer): return 0.5",
    ],
    "gradient_unused": [
        changed(STEP, ""),
        changed(BACKWARD, "", STEP, STEP + BACKWARD),
        changed(STEP, "        optimizer.step\n"),
    ],
    "first_batch": [
        changed(COUNT, COUNT + "        return total / count\n"),
        changed("in loader", "in [next(iter(loader))]"),
    ],
    "last_batch": [
        changed(STEP, "", "    return", "    optimizer.step()\n    return"),
        changed("in loader", "in list(loader)[-1:]"),
    ],
    "last_dropped": [
        changed(ZERO, "        if len(target) < loader.batch_size: continue\n" + ZERO),
        changed("in loader", "in list(loader)[:-1]"),
    ],
    "one_step": [
        changed(ZERO, "", STEP, "", "    return", "    optimizer.step()\n    return"),
        changed(
            TRAIN,
            TRAIN + "    optimizer.zero_grad()\n",
            ZERO,
            "",
            STEP,
            "",
            "    return",
            "    optimizer.step()\n    return",
        ),
    ],
    "two_steps": changed(STEP, STEP + STEP),
    "two_passes": """
def my_epoch(net, loader, criterion, optimizer):
    net.train()
    for epoch in range(2):
        total = 0
        for images, target in loader:
            optimizer.zero_grad()
            loss = criterion(net(images), target)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(target)
    return total / len(loader.dataset)
""",
    "ascent": changed("loss.backward()", "(-loss).backward()"),
    "loss_scaled": [
        changed("loss.backward()", "(loss * len(target)).backward()"),
        changed("criterion(net(images), target)", "criterion(net(images), target) * len(images)"),
    ],
    "own_criterion": [
        changed("criterion(net", "nn.CrossEntropyLoss()(net"),
        changed("criterion(net", "nn.functional.cross_entropy(net"),
    ],
    "own_optimizer": [
        changed(TRAIN, TRAIN + "    optimizer = optim.SGD(net.parameters(), lr=0.1)\n"),
        changed(TRAIN, TRAIN + "    optimizer = optim.Adam(net.parameters())\n"),
        changed(
            STEP,
            "        with torch.no_grad():\n"
            "            for p in net.parameters(): p -= 0.5 * p.grad\n",
        ),
    ],
    "other_weights": [
        changed("in loader", "in reversed(list(loader))"),
        changed(TRAIN, TRAIN + "    optimizer.param_groups[0]['lr'] = 0.1\n"),
        changed(
            STEP,
            STEP + "        net.zero_grad(); criterion(net(images), target).backward()\n"
            "        optimizer.step()\n",
        ),
        """
def my_epoch(net, loader, criterion, optimizer):
    net.train()
    images, target = loader.dataset.tensors
    optimizer.zero_grad()
    loss = criterion(net(images), target)
    loss.backward()
    optimizer.step()
    return loss.item()
""",
        changed("in loader", "in list(loader)[1:]"),
        changed(BACKWARD, BACKWARD + "        nn.utils.clip_grad_norm_(net.parameters(), 0.01)\n"),
        changed(ZERO, ZERO + "        images = images + 0.1 * torch.randn_like(images)\n"),
    ],
    "extra_passes": [
        changed(ZERO, "        net(images)\n" + ZERO),
        changed(COUNT, COUNT + "        right = net(images).argmax(dim=1) == target\n"),
    ],
    "rate_changed": changed("    return", "    optimizer.param_groups[0]['lr'] *= 0.9\n    return"),
    "frozen": changed("    return", "    net.requires_grad_(False)\n    return"),
    "other_sizes": [
        returns("total / 10"),
        changed("in loader", "in list(loader)[:3]"),
        changed(COUNT, COUNT + "        if count == 9: break\n"),
    ],
    "nothing_returned": [
        returns("None"),
        changed("return total / count", "print(total / count)"),
    ],
    "graph_kept": [
        changed("loss.item()", "loss"),
        returns("loss"),
    ],
    "not_weighed": """
def my_epoch(net, loader, criterion, optimizer):
    net.train()
    total = 0
    for images, target in loader:
        optimizer.zero_grad()
        loss = criterion(net(images), target)
        loss.backward()
        optimizer.step()
        total += loss.item()
    return total / len(loader)
""",
    "losses_summed": changed(" * len(target)", "", " / count", ""),
    "all_summed": returns("total"),
    "size_forgotten": changed(" * len(target)", ""),
    "per_batch": returns("total / len(loader)"),
    "full_batches": returns("total / (len(loader) * loader.batch_size)"),
    "last_loss": [
        returns("loss.item()"),
        changed("total +=", "total =", "count +=", "count ="),
    ],
    "first_loss": changed(
        "        total += loss.item() * len(target)\n",
        "        total = total or loss.item()\n",
        " / count",
        "",
    ),
    "measured_afterwards": """
def my_epoch(net, loader, criterion, optimizer):
    net.train()
    for images, target in loader:
        optimizer.zero_grad()
        criterion(net(images), target).backward()
        optimizer.step()
    net.eval()
    total = count = 0
    with torch.no_grad():
        for images, target in loader:
            total += criterion(net(images), target).item() * len(target)
            count += len(target)
    return total / count
""",
    "other_loss": [
        returns("-total / count"),
        returns("(total / count) ** 2"),
        returns("0.0"),
        changed("total += ", "total += 1e-3 + "),
        changed("total, count = 0.0, 0", "total, count = 0.0, 1"),
    ],
    "not_a_number": [returns("[total / count]"), returns("(total, count)"), returns("'done'")],
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
