"""Answers to `which_loss`."""

RIGHT = {"a capital": 'answer = "D"', "with spaces": 'answer = " d "'}

WRONG = {
    "one_of_several": 'answer = "a"',
    "amounts": 'answer = "b"',
    "softmax_first": 'answer = "C"',
    "sigmoid_twice": 'answer = "e"',
    "no_option": ['answer = "f"', "answer = 4", 'answer = "de"'],
}

EQUAL = {}
