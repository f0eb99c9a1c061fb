"""Answers to `step_order`."""

RIGHT = {
    "zero_grad last": 'answer = "ceabd"',
    "zero_grad after the output": 'answer = "cdeab"',
    "zero_grad after the loss": 'answer = "CEDAB"',
    "with arrows": 'answer = "d → c → e → a → b"',
    "a list": 'answer = ["d", "c", "e", "a", "b"]',
    "a tuple, zero_grad last": 'answer = ("c", "e", "a", "b", "d")',
}

WRONG = {
    "not_five": [
        'answer = "ceab"',
        'answer = "dceabd"',
        'answer = "dceabf"',
        'answer = "31425"',
        'answer = ""',
    ],
    "not_letters": [
        "answer = 43512",
        'answer = {"a", "b", "c", "d", "e"}',
        "answer = [4, 3, 5, 1, 2]",
    ],
    "loss_first": ['answer = "decab"', 'answer = "dabec"'],
    "backward_first": ['answer = "dcaeb"', 'answer = "dacbe"'],
    "step_first": ['answer = "dceba"', 'answer = "bdcea"', 'answer = "cebad"'],
    "wiped": 'answer = "ceadb"',
}

EQUAL = {}
