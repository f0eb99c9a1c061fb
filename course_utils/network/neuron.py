"""The smallest network there is, with every number worked out by hand: relu(w·x + b)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Neuron:
    """One neuron, one input, one target; the loss is the squared error.

    Forward, every value follows from the one before. Backward, every gradient is the one that
    came from above times a local derivative. No autograd here: this is what autograd is compared
    with.

    Attributes:
        x: The input.
        w: The weight.
        b: The bias.
        target: What the neuron should answer.

    Example:
        >>> neuron = Neuron(x=2.0, w=0.75, b=0.5, target=1.0)
        >>> neuron.z, neuron.output, neuron.error, neuron.loss
        (2.0, 2.0, 1.0, 1.0)
        >>> neuron.loss_by_output, neuron.loss_by_z
        (2.0, 2.0)
        >>> neuron.loss_by_w, neuron.loss_by_b, neuron.loss_by_x
        (4.0, 2.0, 1.5)
    """

    x: float = 2.0
    w: float = 0.75
    b: float = 0.5
    target: float = 1.0

    @property
    def z(self) -> float:
        """w·x + b, before the ReLU."""
        return self.w * self.x + self.b

    @property
    def output(self) -> float:
        """relu(z): z, or 0 if z is negative."""
        return max(self.z, 0.0)

    @property
    def error(self) -> float:
        """output − target."""
        return self.output - self.target

    @property
    def loss(self) -> float:
        """The error squared."""
        return self.error**2

    @property
    def loss_by_output(self) -> float:
        """∂loss/∂output = 2 · error."""
        return 2 * self.error

    @property
    def output_by_z(self) -> float:
        """The slope of the ReLU at z: 1 where z is positive, else 0 (PyTorch takes 0 at 0)."""
        return 1.0 if self.z > 0 else 0.0

    @property
    def loss_by_z(self) -> float:
        """∂loss/∂z = ∂loss/∂output · ∂output/∂z."""
        return self.loss_by_output * self.output_by_z

    @property
    def loss_by_w(self) -> float:
        """∂loss/∂w = ∂loss/∂z · x."""
        return self.loss_by_z * self.x

    @property
    def loss_by_b(self) -> float:
        """∂loss/∂b = ∂loss/∂z · 1."""
        return self.loss_by_z

    @property
    def loss_by_x(self) -> float:
        """∂loss/∂x = ∂loss/∂z · w."""
        return self.loss_by_z * self.w
