"""Exercise: which hooks a call runs."""

from course_utils.checks.exercise import choice

# The check tells apart the letters, however they are written.

call_or_forward = choice(
    "call_or_forward",
    right={
        "c": "Calling a module runs its hooks: `net` and `head` are called, `features` is not.",
    },
    wrong={
        "a": (
            "all_of_them",
            "A hook runs when its module is called; look for a module whose `forward` is "
            "asked for by name.",
        ),
        "b": (
            "net_alone",
            "A module inside another one has hooks of its own, which run when it is called.",
        ),
        "d": (
            "parts_alone",
            "`net(x)` is a call too; only `net.forward(x)` would skip the hook of `net`.",
        ),
        "e": (
            "none",
            "`forward` by name skips the hooks of one module only, not those of the modules "
            "that are called.",
        ),
    },
    hints=(
        "A hook belongs to one module and runs when that module is called.",
        "Which modules are followed directly by round brackets? Look at the question's line, too.",
    ),
    why="`net(x)` and `self.head(x)` are calls, and a call runs the module's hooks beside its "
    "`forward`. `self.features.forward(x)` asks for the method alone, so the hook of `features` "
    "never hears of it.",
)
