"""Answers to `graph_built_when`."""

RIGHT = {"a capital": 'answer = "C"', "with spaces": 'answer = " c "', "as code": 'answer = "`c`:"'}

WRONG = {
    "with_the_network": 'answer = "a"',
    "by_backward": 'answer = "b"',
    "backward_too": 'answer = "D"',
    "forward_only": 'answer = "e"',
    "no_option": ['answer = "2 and 3"', "answer = 2", "answer = (2, 3)"],
}

EQUAL = {}
