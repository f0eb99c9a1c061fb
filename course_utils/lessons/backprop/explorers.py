"""Explorers of lesson 04: the way back through one neuron and through the network; adding up."""

from collections.abc import Callable

import ipywidgets
import torch.nn.functional as F
from torch import Tensor, nn

from course_utils.controls.explorer import Explorer
from course_utils.controls.range import LABEL_WIDTH, Range
from course_utils.lessons.backprop.backward_trace import BackwardTrace, backward_trace
from course_utils.lessons.backprop.chain_rule import chain
from course_utils.lessons.backprop.figures.chain_rule import draw_neuron
from course_utils.lessons.backprop.figures.gradients import FULL, draw_accumulation
from course_utils.lessons.backprop.figures.graph import draw_backward
from course_utils.lessons.backprop.gradients import Accumulated, accumulate
from course_utils.lessons.backprop.graph import Names
from course_utils.network.neuron import Neuron
from course_utils.pictures.picture import Picture

_STYLE = {"description_width": LABEL_WIDTH}


class NeuronStepper(Explorer):
    """Choose the numbers of one neuron and go back through it, one gradient a step."""

    note = "Controls: step, input, weight, bias, target. Run the cell to move them."

    def __init__(self) -> None:
        steps = len(chain(Neuron()))
        super().__init__(
            {
                "step": Range("Step back", value=0, min=0, max=steps),
                "x": Range("Input x", value=2.0, min=-3.0, max=3.0, step=0.5),
                "w": Range("Weight w", value=0.75, min=-2.0, max=2.0, step=0.25),
                "b": Range("Bias b", value=0.5, min=-2.0, max=2.0, step=0.5),
                "target": Range("Target", value=1.0, min=-1.0, max=3.0, step=0.5),
            }
        )

    def compute(self, step: int, x: float, w: float, b: float, target: float) -> Neuron:
        return Neuron(x, w, b, target)

    def draw(self, record: Neuron) -> Picture:
        return draw_neuron(record, self.controls["step"].value)


class BackpropStepper(Explorer):
    """Let one backward pass go through a network's graph, node by node.

    The pass is run once, as a rehearsal: gradients are put back and the graph is kept.

    Args:
        loss: One number, whose graph has not been freed.
        net: The network behind it, for the names of the leaves.
    """

    note = "Control: step of the backward pass. Run the cell to move it."

    def __init__(self, loss: Tensor, net: Names = None):
        self._trace = backward_trace(loss, net)
        last = len(self._trace)
        super().__init__({"step": Range("Step", value=0, min=0, max=last)})

    def compute(self, step: int) -> BackwardTrace:
        return self._trace

    def draw(self, record: BackwardTrace) -> Picture:
        return draw_backward(record, self.controls["step"].value)


class Accumulation(Explorer):
    """Call `backward()` up to four times, with or without `zero_grad()`, and watch `.grad`.

    Args:
        net: A network with `conv1`; left as it is.
        images: (N, 1, 32, 32).
        labels: (N,), the classes they show.
        criterion: Takes the network's output and `labels`.
    """

    note = "Controls: calls of backward, zero_grad before each. Run the cell to move them."

    def __init__(
        self,
        net: nn.Module,
        images: Tensor,
        labels: Tensor,
        criterion: Callable[[Tensor, Tensor], Tensor] = F.cross_entropy,
    ):
        self._records = {
            zeroed: accumulate(net, images, labels, criterion, FULL, zeroed)
            for zeroed in (False, True)
        }
        super().__init__(
            {
                "calls": Range("Calls", value=1, min=1, max=FULL),
                "zeroed": ipywidgets.Checkbox(
                    value=False,
                    description="zero_grad() before each call",
                    style=_STYLE,
                    layout=ipywidgets.Layout(width="370px"),
                ),
            }
        )

    def compute(self, calls: int, zeroed: bool) -> Accumulated:
        return self._records[zeroed]

    def draw(self, record: Accumulated) -> Picture:
        return draw_accumulation(record, self.controls["calls"].value)
