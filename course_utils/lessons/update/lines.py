"""The five lines of a training step, to be run in any order on any network."""

from collections.abc import Callable

from torch import Tensor, nn, optim

LINES = {
    "zero": "optimizer.zero_grad()",
    "forward": "output = net(images)",
    "loss": "loss = criterion(output, target)",
    "backward": "loss.backward()",
    "step": "optimizer.step()",
}
"""The names of the lines, each with its code."""

REFUSALS = (RuntimeError, AttributeError, TypeError)
"""What PyTorch and Python raise for a line that cannot run where it stands."""


class TrainingLines:
    """A network, and what its five lines hand on to each other.

    What a line needs and no line has made yet is None, so it fails as it would for a learner.

    Args:
        net: Moved by plain SGD with this rate.
        criterion: Takes output and target.
        rate: The learning rate.
    """

    images: Tensor
    target: Tensor

    def __init__(self, net: nn.Module, criterion: Callable[[Tensor, Tensor], Tensor], rate: float):
        self.net, self.criterion = net, criterion
        self.optimizer = optim.SGD(net.parameters(), lr=rate)
        self.output: Tensor | None = None
        self.loss: Tensor | None = None

    def run(self, line: str) -> None:
        """Run one line.

        Raises:
            ValueError: There is no such line.
            RuntimeError, AttributeError, TypeError: It cannot run here.
        """
        match line:
            case "zero":
                self.optimizer.zero_grad()
            case "forward":
                self.output = self.net(self.images)
            case "loss":
                self.loss = self.criterion(self.output, self.target)  # ty: ignore
            case "backward":
                self.loss.backward()  # ty: ignore
            case "step":
                self.optimizer.step()
            case _:
                raise ValueError(f"A line is one of {', '.join(LINES)}; this one is {line!r}.")
