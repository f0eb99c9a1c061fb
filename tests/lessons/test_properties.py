"""Right answers agree with PyTorch on inputs drawn by chance, and no named mistake does.

The checks have inputs that were chosen; these are drawn, among all that the tasks admit. What
the answers are compared with never comes from an exercise: see `tests.support.properties`.
"""

import copy
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import NamedTuple

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn, optim

from course_utils.checks.compare import agree
from tests.support import properties as by
from tests.support import properties_of_training as training
from tests.support.exercises import EXERCISES, answer, answers
from tests.support.lessons import nothing_in

FEW, SEVERAL, FLAG = st.integers(1, 5), st.integers(1, 12), st.booleans()
SHAPE = st.lists(st.integers(1, 3), min_size=1, max_size=3)
HALVES = st.integers(-3, 3).map(lambda number: number / 2)  # exact, and 0 comes often
MOMENTUM = st.sampled_from([0.0, 0.5, 0.8, 0.95])
RATES = st.lists(st.sampled_from([0.01, 0.1, 0.5]), min_size=3, max_size=4)
DESCENT = st.lists(SHAPE, min_size=1, max_size=3), RATES, MOMENTUM
NAMES = st.sampled_from(["conv", "first", "head", "converted"])
LAYERS = st.tuples(st.integers(0, 2), FLAG, FLAG)
PARTS = st.recursive(LAYERS, lambda inner: st.dictionaries(NAMES, inner))
NETWORK = st.dictionaries(NAMES, PARTS, min_size=1), FLAG


class Property(NamedTuple):
    """How inputs are made of what is drawn, what comes of them, and how an answer is asked."""

    make: Callable
    choices: tuple[st.SearchStrategy, ...]
    oracle: Callable
    observe: Callable = lambda answer, *inputs: answer(*inputs)
    examples: int = 25


PROPERTIES = {
    "ink": Property(
        by.images,
        (SEVERAL,),
        lambda images: F.adaptive_avg_pool2d(images, 1).flatten(),
        lambda answer, images: torch.as_tensor(answer(images)),
    ),
    "conv_size": Property(
        by.layer,
        (st.integers(1, 6), st.integers(0, 25), FEW, st.integers(0, 3)),
        by.size_by_torch,
        by.size_by_answer,
    ),
    "network": Property(
        by.lenet_numbers, (FEW, st.sampled_from([1, 30])), by.lenet, by.lenet_by_answer
    ),
    "count_layer": Property(
        by.as_drawn,
        (SEVERAL, SEVERAL, FEW),
        lambda *sizes: sum(tensor.numel() for tensor in nn.Conv2d(*sizes).parameters()),
        by.number_of,
    ),
    "single_image": Property(by.image_and_net, (FEW, FEW, FEW, FEW, FLAG), by.scores_of),
    "register": Property(
        by.rows, (SEVERAL, st.sampled_from([1, 1e6]), FLAG), by.stack, by.stack_by_answer
    ),
    "freeze": Property(
        by.tree_of_layers, NETWORK, by.learning_without_convolutions, by.learning_after
    ),
    "count_parameters": Property(by.tree_of_layers, NETWORK, by.numbers_that_learn, by.number_of),
    "mse": Property(by.pair, (SHAPE,), partial(by.with_gradient, nn.MSELoss()), by.with_gradient),
    "match_target": Property(
        by.pair_to_match,
        (SHAPE, FLAG, FLAG),
        partial(by.shape_and_values, lambda output, target: target.reshape(output.shape)),
        by.shape_and_values,
    ),
    "cross_entropy": Property(
        by.scores,
        (FEW, st.integers(2, 6), st.sampled_from([1, 3, 1000])),
        partial(by.with_gradient, nn.CrossEntropyLoss()),
        by.with_gradient,
    ),
    "untrained_loss": Property(
        by.as_drawn, (st.integers(1, 500), FLAG), by.zeros_loss, by.four_decimals_of
    ),
    "neuron_gradient": Property(by.as_drawn, (HALVES,) * 4, by.by_autograd, by.three_of),
    "linear_backward": Property(
        by.linear,
        (FEW, FEW, FEW),
        by.linear_by_autograd,
        by.three_of,
    ),
    "numerical_gradient": Property(
        by.point_and_waves,
        (st.just([]) | SHAPE, st.sampled_from([1e-5, 0.1, 0.4])),
        by.waves_by_autograd,
        lambda answer, x, factors, h: answer(lambda at: by.waves(at, factors), x, h),
    ),
    "accumulated": Property(
        by.batch, (st.integers(1, 7), FEW, FEW, FLAG, FLAG), by.whole_batch, by.gradients_by_answer
    ),
    "sgd_step": Property(
        training.descent,
        DESCENT,
        training.by_optimizer(lambda parameters, momentum: optim.SGD(parameters)),
        training.with_lists(0, lambda my, parameters, _, n, rate, momentum: my(parameters, rate)),
    ),
    "momentum_step": Property(
        training.descent,
        DESCENT,
        training.by_optimizer(
            lambda parameters, momentum: optim.SGD(parameters, momentum=momentum)
        ),
        training.with_lists(
            1, lambda my, parameters, kept, n, *rates: my(parameters, *kept, *rates)
        ),
    ),
    "adam_step": Property(
        training.descent,
        DESCENT,
        training.by_optimizer(lambda parameters, momentum: optim.Adam(parameters)),
        training.with_lists(
            2, lambda my, parameters, kept, n, rate, _: my(parameters, *kept, n, rate)
        ),
    ),
    "momentum_limit": Property(
        by.as_drawn,
        (st.lists(st.floats(0.1, 30), min_size=1, max_size=5), MOMENTUM),
        training.limit_by_eigenvalues,
        by.number_of,
    ),
    "accuracy": Property(
        training.scores_and_labels, (st.integers(1, 30), FLAG), training.share_right, by.number_of
    ),
    "evaluate": Property(
        training.net_and_images,
        (SEVERAL, FEW, FLAG),
        training.image_by_image,
        training.share_by_answer,
    ),
    "train_epoch": Property(
        training.epoch,
        (SEVERAL, FEW, st.sampled_from([0.1, 0.5])),
        training.epoch_by_formula,
        training.epoch_by_answer,
    ),
    "round_trip": Property(
        by.two_networks,
        (FEW, FEW),
        lambda net, fresh: list(net.state_dict().values()),
        by.state_by_answer,
        examples=5,  # a file is slow
    ),
}

NOTHING_TO_DRAW = {
    "fc1_features": "one number, for one network; the check asks PyTorch's own layers for it",
    "largest_rate": "one number, for one parabola",
    "call_or_forward": "a letter of five, and each of them is handed in",
    "which_loss": "a letter of five, and each of them is handed in",
    "graph_built_when": "a letter of five, and each of them is handed in",
    "step_order": "one of 120 orders; `test_step_order` trains with each",
    "colour_net": "layers of the learner's choice: no network has to agree with it",
    "beat_it": "layers and a recipe of the learner's choice, which the check trains",
}


def test_every_exercise_has_a_property_or_a_reason():
    assert sorted([*PROPERTIES, *NOTHING_TO_DRAW]) == sorted(EXERCISES)


@pytest.mark.parametrize("name", PROPERTIES)
def test_right_answers_agree_with_pytorch_and_no_mistake_does(name):
    exercise, (make, choices, oracle, observe, examples) = EXERCISES[name], PROPERTIES[name]
    known = answers(exercise)
    sources = {"the solution": exercise.solution().source, **known.right}
    right = {label: answer(exercise, source) for label, source in sources.items()}
    mistakes = {f"{one.code}: {one.sentence}": one.function for one in exercise.mistakes}
    unseen = mistakes or {
        one.source: answer(exercise, one.source)
        for one in known.wrong
        if one.code in ("other_result", "other_weights")
    }

    @settings(max_examples=examples, derandomize=True, database=None, deadline=None)
    @given(st.tuples(st.integers(0, 999), *choices))
    def agree_on(drawn):
        def inputs():
            torch.manual_seed(drawn[0])
            return make(torch.Generator().manual_seed(drawn[0]), *copy.deepcopy(drawn[1:]))

        wanted = oracle(*inputs())
        for label, one in right.items():
            assert agree(observe(one, *inputs()), wanted), label
        for label, one in list(unseen.items()):
            with suppress(Exception):
                if agree(observe(one, *inputs()), wanted):
                    continue
            del unseen[label]

    agree_on()
    nothing_in(f"always agrees: {label}" for label in unseen)
