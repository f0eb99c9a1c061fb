"""Answers to `fc1_features`."""

RIGHT = {
    "the product": "answer = 16 * 6 * 6",
    "a tensor": "answer = torch.tensor(576)",
    "asked of PyTorch": """
conv1, conv2 = nn.Conv2d(1, 6, 5, padding=2), nn.Conv2d(6, 16, 3)
maps = F.max_pool2d(conv2(F.max_pool2d(conv1(torch.zeros(1, 1, 28, 28)), 2)), 2)
answer = torch.flatten(maps, 1).shape[1]
""",
}

WRONG = {
    "padding_or_kernel": [
        "answer = 16 * 5 * 5",
        "answer = 16 * ((((28 - 5 + 1) // 2) - 3 + 1) // 2) ** 2",
    ],
    "nothing_changed": "answer = 16 * 4 * 4",
    "one_channel": "answer = 6 * 6",
    "one_row": "answer = 16 * 6",
    "channels_of_conv1": "answer = 6 * 6 * 6",
    "second_pooling": "answer = 16 * 12 * 12",
    "first_pooling": "answer = 16 * 13 * 13",
    "wrong_number": ["answer = 28 * 28", "answer = 0"],
    "not_a_number": 'answer = "many"',
}

_ROUNDED = "the pooling rounds the other size down to the same one"
EQUAL = {
    "1: 1 -> 2": _ROUNDED,
    "1: 28 -> 29": _ROUNDED,
    "1: 5 -> 4": _ROUNDED,
    "3: 1 -> 2": _ROUNDED,
    "3: 3 -> 2": _ROUNDED,
    "1: 2 * 2 -> 2 + 2": "two times two is two plus two",
    "1: 2 -> 3": _ROUNDED,
    "2: after_c1 // 2 -> after_c1 / 2": "both sizes are even, so nothing is rounded",
    "4: after_c3 // 2 -> after_c3 / 2": "both sizes are even, so nothing is rounded",
}
