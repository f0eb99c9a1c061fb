"""The chain rule on one neuron: its gradients in the order in which they are worked out."""

from dataclasses import dataclass

from course_utils.network.neuron import Neuron

LESSON = Neuron(x=2.5, w=2.0, b=0.5, target=4.0)
"""The lesson's neuron: no two of its numbers and gradients are mistaken for each other."""


@dataclass(frozen=True)
class Link:
    """One gradient: the one that came from above times a local derivative.

    Attributes:
        of, above: What the loss is differentiated by, and what that gradient comes from.
        local, by: The local derivative in letters, and as a number.
        value: ∂loss/∂of, of the neuron's own arithmetic.
    """

    of: str
    above: str | None
    local: str
    by: float
    value: float


def chain(neuron: Neuron) -> tuple[Link, ...]:
    """The gradients of relu(w·x + b) with a squared error, from the loss back to its inputs.

    Example:
        >>> [(link.of, link.value) for link in chain(LESSON)][-3:]
        [('product', 3.0), ('w', 7.5), ('x', 6.0)]
    """
    n = neuron
    return (
        Link("loss", None, "", 1.0, 1.0),
        Link("error", "loss", "2 · error", 2 * n.error, n.loss_by_output),
        Link("output", "error", "1", 1.0, n.loss_by_output),
        Link("z", "output", "slope of relu", n.output_by_z, n.loss_by_z),
        Link("b", "z", "1", 1.0, n.loss_by_b),
        Link("product", "z", "1", 1.0, n.loss_by_z),
        Link("w", "product", "x", n.x, n.loss_by_w),
        Link("x", "product", "w", n.w, n.loss_by_x),
    )
