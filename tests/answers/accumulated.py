"""Answers to `accumulated`."""

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


def changed(old, new):
    assert old in MINE
    return MINE.replace(old, new)


def backward(new):
    return changed(BACKWARD, new)


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
    "one loss for all pieces": """
def in_pieces(net, criterion, images, target, size):
    net.zero_grad()
    loss = 0
    for some, labels in zip(images.split(size), target.split(size)):
        loss = loss + criterion(net(some), labels) * len(some)
    (loss / len(images)).backward()
""",
    "one image at a time": """
def in_pieces(net, criterion, images, target, size):
    net.zero_grad()
    for image, label in zip(images.split(1), target.split(1)):
        (criterion(net(image), label) / len(images)).backward()
""",
}

WRONG = {
    "nothing_added": "def in_pieces(net, criterion, images, target, size): return criterion",
    "no_gradient": backward("pass"),
    "old_kept": changed(ZERO, ""),
    "summed": backward("loss.backward()"),
    "summed_on_old": MINE.replace(ZERO, "").replace(BACKWARD, "loss.backward()"),
    "pieces_alike": backward("(loss / len(images.split(size))).backward()"),
    "last_piece": MINE.replace("        loss =", INSIDE).replace(BACKWARD, "loss.backward()"),
    "last_share": changed("        loss =", INSIDE),
    "first_piece": backward("loss.backward(); break"),
    "divided_by_size": backward("(loss / len(some)).backward()"),
    "divided_by_all": backward("(loss / len(images)).backward()"),
    "shares_forgotten": backward("(loss * len(some)).backward()"),
    "other_gradients": [
        backward("(-loss * len(some) / len(images)).backward()"),
        backward("(loss * size / len(images)).backward()"),
    ],
    "weights_changed": MINE
    + """
    with torch.no_grad():
        for parameter in net.parameters():
            parameter -= 0.1 * parameter.grad
""",
    "too_many_at_once": [
        """
def in_pieces(net, criterion, images, target, size):
    net.zero_grad()
    criterion(net(images), target).backward()
""",
        changed(
            "some, labels in zip(images.split(size), target.split(size))",
            "some, labels in [(images, target)]",
        ),
    ],
    "not_finite": backward("(loss / 0).backward()"),
    "not_a_function": "in_pieces = nn.CrossEntropyLoss",
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
