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
            "forward_only",
            "Line 3 computes too: `loss.grad_fn` names the mean squared error, which line 2 did "
            "not contain.",
        ),
    },
    hints=(
        "When did `grad_fn` first have a name in this lesson: before or after `backward()`?",
        "Ask of each line: would its result have a `grad_fn`?",
    ),
    why="Lines 2 and 3 compute with parameters while autograd takes notes, so their results have a "
    "`grad_fn`. Line 1 computes nothing with them, and line 4 only goes back through the graph.",
)
