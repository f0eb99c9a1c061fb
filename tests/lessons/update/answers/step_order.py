"""Answers to `step_order`."""

import itertools

import torch

RIGHT = {
    "zero_grad last": 'answer = "ceabd"',
    "zero_grad after the output": 'answer = "cdeab"',
    "zero_grad after the loss": 'answer = "CEDAB"',
    "with arrows": 'answer = "d → c → e → a → b"',
    "in lines": 'answer = """\nd\nc\ne\na\nb\n"""',
    "a list": 'answer = ["d", "c", "e", "a", "b"]',
    "a tuple, zero_grad last": 'answer = ("c", "e", "a", "b", "d")',
}


def moves_of(order):
    """How far a weight moves in each of three rounds; an exception where a line finds nothing."""
    net = torch.nn.Linear(1, 1, bias=False)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    lines = {
        "a": "loss.backward()",
        "b": "optimizer.step()",
        "c": "output = net(image)",
        "d": "optimizer.zero_grad()",
        "e": "loss = ((output - 1) ** 2).sum()",
    }
    names = {"net": net, "optimizer": optimizer, "image": torch.ones(1, 1)}
    net.weight.data.fill_(3.0)
    places = [3.0]
    for _ in range(3):
        for letter in order:
            exec(lines[letter], names)
        places.append(round(net.weight.item(), 4))
    return [round(before - after, 4) for before, after in itertools.pairwise(places)]


def _finds_nothing(order):
    try:
        moves_of(order)
    except NameError:
        return True
    return False


def _starts_late(order):
    return not _finds_nothing(order) and moves_of(order)[0] == 0


def _never_moves(order):
    return not _finds_nothing(order) and not any(moves_of(order))


def _is_no_text(order):
    return not isinstance(order, str | list) or not all(isinstance(one, str) for one in order)


def _lacks_a_letter_or_has_more(order):
    return sorted("".join(order)) != list("abcde")


WRONG = {
    "not_five": [
        ('answer = "ceab"', _lacks_a_letter_or_has_more),
        ('answer = "dceabd"', _lacks_a_letter_or_has_more),
        ('answer = "dceabf"', _lacks_a_letter_or_has_more),
        ('answer = "31425"', _lacks_a_letter_or_has_more),
        ('answer = ""', _lacks_a_letter_or_has_more),
        ("answer = []", _lacks_a_letter_or_has_more),
    ],
    "not_letters": [
        ("answer = 43512", _is_no_text),
        ('answer = {"a", "b", "c", "d", "e"}', _is_no_text),
        ("answer = [4, 3, 5, 1, 2]", _is_no_text),
        ("answer = None", _is_no_text),
    ],
    "loss_first": [('answer = "decab"', _finds_nothing), ('answer = "dabec"', _finds_nothing)],
    "backward_first": [('answer = "dcaeb"', _finds_nothing), ('answer = "dacbe"', _finds_nothing)],
    "step_first": [('answer = "dceba"', _starts_late), ('answer = "cebad"', _starts_late)],
    "wiped": ('answer = "ceadb"', _never_moves),
}

EQUAL = {}
