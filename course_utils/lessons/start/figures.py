"""Pictures of lesson 00: the digits, a network's guess, the training procedure."""

import torch

from course_utils.network.digits import Guess
from course_utils.pictures.digits import plot_image
from course_utils.pictures.picture import Picture
from course_utils.pictures.style import (
    BLUE,
    INK,
    QUIET,
    VERMILION,
    VERMILION_WORD,
    house_style,
    new_chart,
)
from course_utils.pictures.svg import Drawing


def plot_guess(guess: Guess) -> Picture:
    """The image beside the ten probabilities that a network gives it, the largest marked."""
    percent = 100 * guess.probabilities
    with house_style():
        figure = new_chart(8, 2.4)
        left, right = figure.subplots(1, 2, width_ratios=[1, 3])
        plot_image(left, guess.image[0], f"this is a {guess.label}")
        bars = right.bar(range(10), percent.numpy(), color=BLUE)
        names = ["favourite" if i == guess.favourite else "" for i in range(10)]
        right.bar_label(bars, names, padding=6)
        right.set_ylim(0, 125)  # the same for every network, with room for the word
        right.axhline(10, color=INK, linestyle="--", linewidth=1)
        right.annotate("10 %", (9.55, 10), va="center", annotation_clip=False)
        right.set(xticks=range(10), yticks=range(0, 101, 25), xlim=(-0.5, 9.5))
        right.set(xlabel="digit", ylabel="probability in %")
    others = percent[torch.arange(10) != guess.favourite]
    description = (
        f"Shown a {guess.label}, the network gives its favourite, the {guess.favourite}, "
        f"{percent[guess.favourite]:.1f} %, and each of the others between {others.min():.1f} % "
        f"and {others.max():.1f} %."
    )
    return Picture(description, figure=figure)


# The steps of the training procedure: name, what happens, the lesson that teaches it.
STEPS = (
    ("define", "write down the layers", "01_define"),
    ("iterate", "take a batch of images", "07_train"),
    ("forward", "images in, scores out", "02_parameters"),
    ("loss", "how wrong, as one number", "03_loss"),
    ("backprop", "every parameter's gradient", "04_backprop"),
    ("update", "a small step each", "05_update"),
)


def draw_training_loop() -> Picture:
    """The six steps of training as a loop, with links to their lessons below."""
    sheet = Drawing(760, 300)
    places = [(20, 120), (215, 40), (415, 40), (580, 125), (415, 210), (215, 210)]
    for number, ((name, what, _), (x, y)) in enumerate(zip(STEPS, places, strict=True), start=1):
        sheet.box(x, y, 165, 58, stroke=BLUE, thick=2, round_=8)
        sheet.words(x + 82, y + 24, f"{number}  {name}", size=15, bold=True)
        sheet.words(x + 82, y + 44, what, size=11, fill=QUIET)
    for start, end in _ARROWS:
        sheet.arrow(*start, *end, stroke=INK)
    sheet.arrow(297, 208, 297, 101, stroke=VERMILION, thick=2.5)
    sheet.words(306, 150, "again, for", size=12, fill=VERMILION_WORD, align="start", bold=True)
    sheet.words(306, 166, "the next batch", size=12, fill=VERMILION_WORD, align="start", bold=True)
    told = "; ".join(f"{n} {name}: {what}" for n, (name, what, _) in enumerate(STEPS, start=1))
    description = f"Training as a loop. {told}. After {len(STEPS)} it goes on with 2."
    return Picture(description, svg=sheet.svg(), below=_links())


_ARROWS = (
    ((187, 140), (213, 85)),
    ((382, 69), (413, 69)),
    ((582, 80), (630, 122)),
    ((630, 185), (582, 225)),
    ((413, 239), (382, 239)),
)


def _links() -> str:
    linked = [
        f'<a href="{lesson}.ipynb">{name}: lesson {lesson[:2]}</a>' for name, _, lesson in STEPS
    ]
    return " · ".join(linked)
