"""What the lesson computes agrees with PyTorch, and leaves no trace."""

import warnings

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.lessons.loss.along_a_weight import neuron_slice, weight_slice
from course_utils.lessons.loss.logits import mix
from course_utils.lessons.loss.squared_errors import (
    error_losses,
    pair_up,
    score_losses,
    squared_errors,
)
from course_utils.network.digits import one_of_each
from course_utils.network.lenet import seeded_net
from course_utils.network.neuron import Neuron

TEN = one_of_each()
SHAPES = st.lists(st.integers(1, 4), min_size=1, max_size=3).map(tuple)


def drawn(seed, *shape):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


@settings(max_examples=100, deadline=None)
@given(
    data=st.data(),
    logits=st.lists(st.floats(-30, 30, width=32), min_size=2, max_size=12),
    value=st.floats(-30, 30),
    first=st.booleans(),
)
def test_every_number_of_a_mix_is_pytorchs(data, logits, value, first):
    classes = st.integers(0, len(logits) - 1)
    label, pushed = data.draw(classes), data.draw(classes)
    values = torch.tensor([-5.0, value], dtype=torch.float64)
    found = mix(torch.tensor(logits), label, pushed, value, first, values)
    z = torch.tensor(logits, dtype=torch.float64)
    z[pushed] = value
    z.requires_grad_()
    given_ = z.softmax(0) if first else z
    loss = F.cross_entropy(given_, torch.tensor(label))
    loss.backward()
    squared = F.mse_loss(given_, F.one_hot(torch.tensor(label), len(z)).double()).item()
    assert found.cross_entropy == pytest.approx(loss.item(), abs=1e-9)
    assert found.slope == pytest.approx(z.grad[pushed].item(), abs=1e-9)
    assert found.mse == pytest.approx(squared, abs=1e-9)
    assert found.shares.sum() == pytest.approx(1)
    assert (found.answer, found.value) == (int(z.argmax()), pytest.approx(value))
    assert float(found.entropies(first)[1]) == pytest.approx(found.cross_entropy, abs=1e-9)
    assert float(found.squared()[1]) == pytest.approx(squared, abs=1e-9)
    if first:
        assert found.cross_entropy >= found.floor - 1e-12


@settings(max_examples=40, deadline=None)
@given(shape=SHAPES, seed=st.integers(0, 999))
def test_squared_errors_are_pytorchs(shape, seed):
    output, target = drawn(seed, *shape).requires_grad_(), drawn(seed + 1000, *shape)
    found = squared_errors(output, target)
    assert found.mean == pytest.approx(F.mse_loss(output, target).item(), rel=1e-5)
    assert found.errors.tolist() == pytest.approx((output - target).flatten().tolist(), rel=1e-5)
    assert not found.squares.requires_grad


@settings(max_examples=40, deadline=None)
@given(count=st.integers(1, 12), seed=st.integers(0, 999))
def test_pairs_are_what_broadcasting_makes(count, seed):
    output, target = drawn(seed, count, 1), drawn(seed + 1000, count)
    pairs = pair_up(output, target)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        computed = F.mse_loss(output, target).item()
    assert pairs.mean == pytest.approx(computed, rel=1e-5)
    assert pairs.meant == pytest.approx(F.mse_loss(output.view(-1), target).item(), rel=1e-5)


@given(number=st.floats(-9, 9, width=32), classes=st.integers(2, 20))
def test_curves_are_the_formulas(number, classes):
    values = torch.tensor([number], dtype=torch.float64)
    size = abs(number)
    losses = [float(loss) for loss in error_losses(values).values()]
    smooth = size**2 / 2 if size < 1 else size - 0.5
    assert losses == pytest.approx([size, size**2, smooth])
    yes, right = map(float, score_losses(values, classes).values())
    assert yes == pytest.approx(torch.log1p((-values).exp()).item(), abs=1e-9)
    expected = ((values.exp() + classes - 1).log() - values).item()
    assert right == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(
    ("compare", "output", "target", "says"),
    [
        (squared_errors, (1, 10), (10,), r"these are \(1, 10\) and \(10,\)\. target\.view_as"),
        (squared_errors, (10,), (7,), r"these are \(10,\) and \(7,\)"),
        (pair_up, (4,), (4,), r"column \(n, 1\) and a row \(n,\).* \(4,\) and \(4,\)"),
        (pair_up, (4, 1), (3,), r"\(4, 1\) and \(3,\)"),
        (pair_up, (4, 1), (4, 1), r"\(4, 1\) and \(4, 1\)"),
    ],
)
def test_shapes_that_do_not_fit_are_refused(compare, output, target, says):
    with pytest.raises(ValueError, match=says):
        compare(torch.ones(output), torch.ones(target))


@settings(max_examples=10, deadline=None)
@given(data=st.data(), seed=st.integers(0, 9))
def test_a_slice_is_the_loss_of_the_changed_network(data, seed):
    net = seeded_net(seed)
    before = {name: tensor.clone() for name, tensor in net.state_dict().items()}
    name, parameter = data.draw(st.sampled_from(list(net.named_parameters())))
    index = tuple(data.draw(st.integers(0, size - 1)) for size in parameter.shape)
    values = torch.tensor([-3.0, 0.5, 7.0])
    found = weight_slice(net, TEN.images, TEN.labels, name, index, values)
    assert all(torch.equal(before[key], tensor) for key, tensor in net.state_dict().items())
    assert found.present_loss == pytest.approx(F.cross_entropy(net(TEN.images), TEN.labels).item())
    assert found.present == parameter[index].item()
    assert found.name == f"{name}[{', '.join(map(str, index))}]"
    for value, loss in zip(values.tolist(), found.losses.tolist(), strict=True):
        with torch.no_grad():
            parameter[index] = value
        assert loss == pytest.approx(F.cross_entropy(net(TEN.images), TEN.labels).item())


def test_a_parameter_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match=r"No parameter is named 'fc4'; there are conv1\.weight, "):
        weight_slice(seeded_net(), TEN.images, TEN.labels, "fc4", (0,), torch.ones(2))


def test_the_neuron_along_its_weight():
    neuron = Neuron(x=2.0, w=0.75, b=0.5, target=1.0)
    found = neuron_slice(neuron, torch.tensor([-1.0, 0.25, 1.0]))
    assert found.losses.tolist() == [1, 0, 2.25]
    assert (found.lowest, found.present, found.present_loss) == ((0.25, 0), 0.75, 1)
