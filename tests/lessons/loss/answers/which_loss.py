"""Answers to `which_loss`."""

RIGHT = {
    "a capital": 'answer = "D"',
    "with spaces": 'answer = " d "',
    "in a list": 'answer = ["d"]',
}

WRONG = {
    "one_of_several": 'answer = "A"',
    "softmax_first": 'answer = "c."',
    "no_option": [
        'answer = "f"',
        "answer = 4",
        'answer = "de"',
        "answer = None",
        'answer = ["d", "e"]',
        'answer = "nn.BCEWithLogitsLoss"',
    ],
}

EQUAL = {}
