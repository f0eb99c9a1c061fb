"""Exercise: the loss for three yes-or-no questions."""

from course_utils.checks.exercise import choice

# The check tells apart the letters, however they are written.

which_loss = choice(
    "which_loss",
    right={
        "d": "Each score answers a yes-or-no question of its own; the loss does the sigmoid.",
    },
    wrong={
        "a": (
            "one_of_several",
            "Its softmax shares 100 % among the classes, so exactly one answer would be right.",
        ),
        "b": (
            "amounts",
            "It compares amounts: a score of 8 for a clear yes would cost 49, though it is right.",
        ),
        "c": (
            "softmax_first",
            "After a softmax the probabilities sum to 1; here all three may be near 1, or near 0.",
        ),
        "e": (
            "sigmoid_twice",
            "This loss takes logits and does the sigmoid itself; here it would be done twice.",
        ),
    },
    hints=(
        "May two of the three answers be right at once? May none be?",
        "The last two losses of the table take scores as they leave the network.",
    ),
    why="A cat does not make a dog less likely, so the three probabilities must not share 100 %: "
    "that rules out every softmax. `nn.BCEWithLogitsLoss` does a sigmoid for each score and then "
    "the cross entropy of yes and no.",
)
