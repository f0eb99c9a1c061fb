"""A neuron that looks at an image: its weights as a map, and what it says to each digit."""

from collections.abc import Sequence

from torch import Tensor

from course_utils.pictures.picture import Picture
from course_utils.pictures.style import BLUE, INK, SIGNED_MAP, house_style, new_chart
from course_utils.pictures.words import fixed


def plot_neuron(weights: Tensor, scores: Sequence[Tensor]) -> Picture:
    """The weights over the pixels, and the mean score of each digit.

    Args:
        weights: (1, H, W).
        scores: One for each digit from 0 to 9.
    """
    values = [float(score) for score in scores]
    reach = float(weights.abs().max())
    with house_style():
        figure = new_chart(8.4, 2.7)
        left, right = figure.subplots(1, 2, width_ratios=[1, 2])
        shown = left.imshow(weights[0].numpy(), cmap=SIGNED_MAP, vmin=-reach, vmax=reach)
        left.set(xticks=[], yticks=[], title="weights")
        figure.colorbar(shown, ax=left, shrink=0.8)
        right.bar(range(10), values, color=BLUE)
        right.axhline(0, color=INK, linewidth=1)
        right.set(xticks=range(10), xlabel="digit shown", ylabel="mean score")
    ranked = sorted(range(10), key=lambda digit: -values[digit])
    first, second, last = ranked[0], ranked[1], ranked[-1]
    description = (
        f"A neuron with a weight for each pixel, orange where positive, blue where negative. "
        f"Its mean score is highest for the {first}, {fixed(values[first], 1)}, then comes the "
        f"{second} with {fixed(values[second], 1)}; the lowest is {fixed(values[last], 1)}, for "
        f"the {last}."
    )
    return Picture(description, figure=figure)
