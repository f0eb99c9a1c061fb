"""Answers to `call_or_forward`."""

RIGHT = {"a capital": 'answer = "C"', "with spaces": 'answer = " c\\n"'}

WRONG = {
    "all_of_them": 'answer = "a"',
    "net_alone": 'answer = "b"',
    "parts_alone": 'answer = "D"',
    "none": 'answer = "e"',
    "no_option": ['answer = "f"', 'answer = ""', 'answer = ["c", "d"]', "answer = 3"],
}

EQUAL = {}
