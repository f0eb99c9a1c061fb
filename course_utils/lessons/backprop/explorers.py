"""Explorers of lesson 04: the way back through one neuron and through the network; adding up."""

import ipywidgets
from torch import Tensor, nn

from course_utils.controls.explorer import Explorer
from course_utils.controls.range import LABEL_WIDTH, Range
from course_utils.lessons.backprop.backward_trace import backward_trace
from course_utils.lessons.backprop.chain_rule import LESSON, chain
from course_utils.lessons.backprop.figures.chain_rule import draw_neuron
from course_utils.lessons.backprop.figures.gradients import FULL, draw_accumulation
from course_utils.lessons.backprop.figures.graph import draw_backward
from course_utils.lessons.backprop.gradients import accumulate
from course_utils.lessons.backprop.graph import Names
from course_utils.network.neuron import Neuron


class NeuronStepper(Explorer):
    """Choose the numbers of one neuron and go back through it, one gradient a step."""

    def __init__(self) -> None:
        steps = len(chain(LESSON))
        super().__init__(
            {
                "step": Range("Step back", range(steps + 1), value=steps),
                "x": Range("Input x", [n / 2 for n in range(-6, 7)], value=LESSON.x),
                "w": Range("Weight w", [n / 4 for n in range(-8, 13)], value=LESSON.w),
                "b": Range("Bias b", [n / 2 for n in range(-4, 5)], value=LESSON.b),
                "target": Range("Target", [n / 2 for n in range(-2, 11)], value=LESSON.target),
            },
            compute=lambda step, **numbers: (Neuron(**numbers), step),
            draw=lambda record: draw_neuron(*record),
            note="Controls: step, input, weight, bias, target. Run the cell to move them.",
        )


class BackpropStepper(Explorer):
    """Let one backward pass go through a network's graph, node by node.

    The pass is run once; the gradients are put back and the graph is kept.

    Args:
        loss: One number, whose graph has not been freed.
        net: The network behind it, for the names of the leaves.
    """

    def __init__(self, loss: Tensor, net: Names = None):
        trace = backward_trace(loss, net)
        super().__init__(
            {"step": Range("Step", range(len(trace) + 1), value=len(trace))},
            compute=lambda step: step,
            draw=lambda step: draw_backward(trace, step),
            note="Control: step of the backward pass. Run the cell to move it.",
        )


class Accumulation(Explorer):
    """Call `backward()` up to four times, with or without `zero_grad()`, and watch `.grad`.

    `net` has a `conv1` and is left as it is; `images` is (N, 1, 32, 32), `labels` (N,).
    """

    def __init__(self, net: nn.Module, images: Tensor, labels: Tensor):
        records = [accumulate(net, images, labels, FULL, zeroed) for zeroed in (False, True)]
        super().__init__(
            {
                "calls": Range("Calls", range(1, FULL + 1), value=FULL),
                "zeroed": ipywidgets.Checkbox(
                    value=False,
                    description="zero_grad() before each call",
                    style={"description_width": LABEL_WIDTH},
                    layout=ipywidgets.Layout(width="370px"),
                ),
            },
            compute=lambda calls, zeroed: (records[zeroed], calls),
            draw=lambda record: draw_accumulation(*record),
            note="Controls: calls of backward, zero_grad before each. Run the cell to move them.",
        )
