"""The loss along one weight, as a curve with the weight's present place on it."""

from course_utils.lessons.loss.along_a_weight import Slice
from course_utils.pictures.picture import Picture
from course_utils.pictures.style import BLUE, LOSS, VERMILION, house_style, new_chart
from course_utils.pictures.words import fixed


def plot_slice(found: Slice) -> Picture:
    """The loss as a function of one weight; its present value and the lowest point are marked."""
    with house_style():
        figure = new_chart(7.5, 3.4)
        axes = figure.subplots()
        axes.plot(found.values.numpy(), found.losses.numpy(), color=LOSS)
        axes.plot(found.present, found.present_loss, "o", color=BLUE, markersize=9, label="now")
        axes.plot(*found.lowest, "v", color=VERMILION, markersize=9, label="lowest here")
        axes.set(xlabel=found.name, ylabel="loss")
        axes.ticklabel_format(axis="y", useOffset=False)
        axes.legend()
    return Picture(_sentence(found), figure=figure)


def _sentence(found: Slice) -> str:
    low, high = (fixed(found.values[i], 2) for i in (0, -1))
    place, loss = found.lowest
    return (
        f"The loss along {found.name} from {low} to {high}: at its present value "
        f"{fixed(found.present, 2)} it is {found.present_loss:.4f}, the lowest is {loss:.4f} at "
        f"{fixed(place, 2)}."
    )
