"""Exercise: the lines that build a graph."""

from course_utils.checks.exercise import choice

# The check tells apart the letters, however they are written.

graph_built_when = choice(
    "graph_built_when",
    right={
        "c": "Each operation on the way forward leaves its function; `backward()` only uses them.",
    },
    wrong={
        "a": (
            "with_the_network",
            "Line 1 makes layers and parameters; no operation has used them yet.",
        ),
        "b": (
            "by_backward",
            "Before line 4, `loss.grad_fn` has a name already; so the graph was there.",
        ),
        "d": (
            "backward_too",
            "Line 4 goes along what lines 2 and 3 have left, and frees it; it adds nothing.",
        ),
        "e": (
            "no_grad_too",
            "What line 6 computes has no `grad_fn`: look at what line 5 switches off.",
        ),
    },
    hints=(
        "When did `grad_fn` first have a name in this lesson: before or after `backward()`?",
        "Ask of each line: would its result have a `grad_fn`?",
    ),
    why="Lines 2 and 3 compute with parameters while autograd takes notes, so every result there "
    "has a `grad_fn`. Line 1 computes nothing with them, line 4 only walks back through the graph, "
    "and line 5 stops the notes that line 6 would leave.",
)
