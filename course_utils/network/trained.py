"""A network after some steps of training, the same one on every machine."""

from functools import cache
from itertools import islice

import torch
import torch.nn.functional as F
from torch import Tensor

from course_utils.network.digits import batches
from course_utils.network.lenet import Net, seeded_net
from course_utils.network.optimizers import momentum

BATCH = 16
RATE = 0.02
MOMENTUM = 0.9


def partly_trained_net(steps: int) -> Net:
    """A `Net` after so many steps on real digits: SGD, rate 0.02, momentum 0.9, 16 digits a step.

    Always the same one for the same number; a new object at each call, float32. It is trained in
    float64, so that machines agree, and once for each number of steps.

    Example:
        >>> import torch
        >>> torch.equal(partly_trained_net(0).fc1.weight, seeded_net().fc1.weight)
        True
    """
    net = seeded_net()
    net.load_state_dict(_weights_after(steps))
    return net


@cache
def _weights_after(steps: int) -> dict[str, Tensor]:
    # By hand: the first optimizer of a process loads PyTorch's compiler, which takes a second.
    net = seeded_net().double()
    parameters = list(net.parameters())
    velocities: list[Tensor | None] = [None] * len(parameters)
    for batch in islice(batches(BATCH), steps):
        loss = F.cross_entropy(net(batch.images.double()), batch.labels)
        gradients = torch.autograd.grad(loss, parameters)
        for i, (parameter, gradient) in enumerate(zip(parameters, gradients, strict=True)):
            moved, velocities[i] = momentum(parameter, gradient, velocities[i], RATE, MOMENTUM)
            parameter.data = moved.detach()
    return net.float().state_dict()
