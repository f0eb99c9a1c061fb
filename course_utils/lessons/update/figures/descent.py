"""The steps of one neuron on the curve of its loss, and who reads and writes its gradients."""

from collections.abc import Mapping, Sequence

import torch

from course_utils.lessons.update.training_step import State
from course_utils.pictures.picture import Picture
from course_utils.pictures.style import BLUE, INK, LOSS, QUIET, VERMILION, house_style, new_chart
from course_utils.pictures.svg import Drawing
from course_utils.pictures.words import fixed


def plot_steps(trainings: Mapping[str, Sequence[State]]) -> Picture:
    """Where each forward pass found a neuron on the curve of its loss, a panel for each training.

    Args:
        trainings: States by title, as `run_lines` gives them; all from the same start.
    """
    places = {title: _places(states) for title, states in trainings.items()}
    target = next(iter(trainings.values()))[0].neuron.target
    z = torch.linspace(-0.6, 2.3, 146)
    with house_style():
        figure = new_chart(9.0, 2.9)
        row = figure.subplots(1, len(places), sharey=True, squeeze=False)[0]
        for axes, (title, visited) in zip(row, places.items(), strict=True):
            axes.plot(z.numpy(), ((z.relu() - target) ** 2).numpy(), color=LOSS, linewidth=1)
            axes.plot(*zip(*visited, strict=True), "o-", color=BLUE, markersize=5, linewidth=1)
            for number, place in enumerate(visited, start=1):
                # The last steps lie close together: their labels must not read as one number.
                offset = (-5, 7) if number == len(visited) else (0, 7)
                axes.annotate(
                    str(number), place, offset, textcoords="offset points", ha="center", color=INK
                )
            asleep = [place for place in visited if place[0] <= 0]
            axes.plot(*zip(*asleep, strict=True), "o", color=VERMILION) if asleep else None
            axes.set(title=title, xlabel="z = w·x + b", ylim=(-0.1, 1.5))
        row[0].set_ylabel("loss")
    told = " ".join(map(_told, places, places.values()))
    return Picture(f"Each step on the curve of the neuron's loss. {told}", figure=figure)


def _places(states: Sequence[State]) -> list[tuple[float, float]]:
    """z and loss at each forward pass."""
    found = [state.neuron for state in states if state.line == "forward"]
    return [(neuron.z, neuron.loss) for neuron in found]


def _told(title: str, places: Sequence[tuple[float, float]]) -> str:
    zs, losses = (", ".join(fixed(one[at], 4) for one in places) for at in (0, 1))
    slept = [str(at) for at, (z, _) in enumerate(places, start=1) if z <= 0]
    ending = f" Asleep at step {', '.join(slept)}, where z is below 0." if slept else ""
    return f"{title}: z at each step is {zs}, the loss {losses}.{ending}"


def draw_meeting() -> Picture:
    """Who writes the gradients, and who reads them."""
    sheet = Drawing(760, 96)
    for x, words in ((10, "loss.backward()"), (280, ".grad of each parameter"), (550, "optimizer")):
        sheet.box(x, 26, 200, 44, round_=6)
        sheet.words(x + 100, 53, words, size=13, bold=True)
    sheet.arrow(212, 48, 278, 48)
    sheet.words(245, 40, "writes", size=12, fill=QUIET)
    sheet.arrow(548, 48, 482, 48)
    sheet.words(515, 40, "reads", size=12, fill=QUIET)
    sheet.words(650, 88, "step() moves, zero_grad() clears", size=12, fill=QUIET)
    description = (
        "Three boxes in a row: loss.backward() writes into the .grad of each parameter; the "
        "optimizer reads it. No arrow joins the loss and the optimizer."
    )
    return Picture(description, svg=sheet.svg())
