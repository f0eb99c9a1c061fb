"""Exercise: the five lines of a training step in an order that works."""

# The check tells apart the 120 orders, however the letters are written:
# - each of the five once, from missing, doubled and other letters
# - every line after the ones that it needs: output, loss, backward, step
# - zero_grad anywhere but between backward and step, where it clears what step needs
# That just these orders train from the first round on is tested by running all of them.

from typing import Any

from course_utils.checks.convert import NotYet, shown
from course_utils.checks.exercise import exercise

BACKWARD, STEP, OUTPUT, ZERO, LOSS = LETTERS = "abcde"


def _letters(answer: Any) -> str:
    """The order as letters; lists, spaces, commas and arrows are welcome."""
    if issubclass(type(answer), list | tuple) and all(type(part) is str for part in answer):
        answer = " ".join(answer)
    if type(answer) is not str:
        raise NotYet("not_letters", f'The order is a text such as `"abcde"`, not {shown(answer)}.')
    letters = "".join(letter for letter in answer.lower() if letter.isalnum())
    if sorted(letters) == list(LETTERS):
        return letters
    missing = [f"`{letter}`" for letter in LETTERS if letter not in letters]
    told = f"these are {len(letters)}"
    if missing:
        told = f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing"
    raise NotYet("not_five", f"Each of the five letters is wanted once; {told}.")


@exercise(
    starter="""
answer = ...
""",
    hints=(
        "Which line needs what another one has computed?",
        "Four of them can stand in one order only. The fifth has more than one good place: look "
        "for the one place where it does harm.",
    ),
    solution="""
answer = "dceab"
""",
    why="The loss needs the output, `backward()` the loss, and `step()` the gradients. "
    "`zero_grad()` may come anywhere but between `backward()` and `step()`: the old gradients "
    "have to go, the new ones have to stay.",
)
def step_order(answer):
    letters = _letters(answer)
    at = {line: letters.index(line) for line in LETTERS}
    if at[LOSS] < at[OUTPUT]:
        raise NotYet(
            "loss_first",
            "In the first step the loss is computed from an output that is not there yet.",
        )
    if at[BACKWARD] < at[LOSS]:
        raise NotYet(
            "backward_first",
            "In the first step `backward()` starts at a loss that is not there yet.",
        )
    if at[STEP] < at[BACKWARD]:
        raise NotYet(
            "step_first",
            "In the first step `step()` comes before any `backward()` and finds no gradients.",
        )
    if at[BACKWARD] < at[ZERO] < at[STEP]:
        raise NotYet(
            "wiped",
            "`zero_grad()` clears what `backward()` has computed, before `step()` has used it.",
        )
    if at[ZERO] > at[STEP]:
        return "Cleared after `step()`, the gradients are ready for the next round."
    return "No old gradient is left when `backward()` begins, and `step()` finds the new ones."
