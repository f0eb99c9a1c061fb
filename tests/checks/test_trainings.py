"""A step moves weights and what it remembers, and leaves everything else as it was."""

import pytest
import torch

from course_utils.checks.convert import NotYet
from course_utils.checks.trainings import FAULTS, train, trainings

SPOILS = {
    "list_changed": lambda step, one: step.parameters.append(one),
    "parameter_shape": lambda step, one: setattr(one, "data", one.data[None]),
    "marked": lambda step, one: one.register_hook(lambda gradient: gradient),
    "no_leaf": lambda step, one: one.requires_grad_(False),
    "gradient_cleared": lambda step, one: one.grad.zero_(),
    "gradient_changed": lambda step, one: one.grad.add_(1),
    "gradient_kept": lambda step, one: step.lists["means"].__setitem__(0, one.grad),
}


def moved(step):
    with torch.no_grad():
        for parameter in step.parameters:
            parameter -= step.rate * parameter.grad
    return step.parameters[0]


@pytest.mark.parametrize("code", FAULTS)
def test_what_a_step_changes_though_it_should_not_is_named(code):
    for training in trainings():
        assert train(moved, training, ["means"]).moved == [True] * len(training.starts)
    with pytest.raises(NotYet) as caught:
        train(lambda step: SPOILS[code](step, moved(step)), trainings()[1], ["means"])
    assert (caught.value.code, caught.value.message) == (code, FAULTS[code])
