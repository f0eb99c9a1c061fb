"""What lesson 04 claims, proven."""

import math
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from course_utils.lessons.backprop.backward_trace import backward_trace
from course_utils.lessons.backprop.differences import check_gradients
from course_utils.lessons.backprop.explorers import BackpropStepper, NeuronStepper
from course_utils.network.digits import one_of_each
from course_utils.network.lenet import Net
from tests.support.claims import claims_of
from tests.support.lessons import cell_called, read

claim = claims_of("04_backprop")
SEEDS = range(5)
TEN = one_of_each()
NOTEBOOK = read(Path(__file__).parents[3] / "notebooks" / "04_backprop.ipynb")


def defined(*cells):
    """The names that cells of the lesson define."""
    names = {"torch": torch, "nn": nn}
    for name in cells:
        exec(cell_called(name, NOTEBOOK).source, names)
    return names


def loss_at(x=2.5, w=2.0, b=0.5, target=4.0):
    return (max(w * x + b, 0.0) - target) ** 2


def setting(seed=0):
    """The lesson's network, loss and images, or those of another seed."""
    torch.manual_seed(seed)
    net, images = Net(), torch.randn(1, 1, 32, 32)
    target = torch.randn(10).view(1, -1)
    return net, F.mse_loss(net(images), target), images


def test_the_table_of_nudges():
    claim("chain-rule", "1.5 → 1.501 makes 2.25 → 2.253")
    assert pytest.approx(2.253, abs=1e-5) == 1.501**2
    claim("chain-rule", "5.5 → 5.501 makes 1.5 → 1.501")
    assert pytest.approx(1.501) == 5.501 - 4
    claim("chain-rule", "5.5 → 5.501 makes 5.5 → 5.501")
    assert max(5.501, 0) == 5.501
    claim("chain-rule", "5 → 5.001 makes 5.5 → 5.501")
    assert pytest.approx(5.501) == 5.001 + 0.5
    claim("chain-rule", "0.5 → 0.501 makes 5.5 → 5.501")
    assert pytest.approx(5.501) == 5 + 0.501
    claim("chain-rule", "2 → 2.001 makes 5 → 5.0025")
    assert pytest.approx(5.0025) == 2.001 * 2.5
    claim("chain-rule", "2.5 → 2.501 makes 5 → 5.002")
    assert pytest.approx(5.002) == 2 * 2.501


def test_the_neuron_falls_asleep_at_a_weight_of_minus_one_fifth():
    claim(
        "neuron-steps-meaning",
        "At w = −0.2 and below (on the slider, from −0.25 down), z = w · 2.5",
    )
    slider = NeuronStepper().controls["w"].options
    assert max(weight for weight in slider if weight * 2.5 + 0.5 <= 0) == -0.25
    claim("neuron-steps-meaning", "so 0 arrives at w, b and x, whatever the target")
    for weight in (-3.0, -1.0, -0.2, -0.19):
        for target in (-2.0, 0.0, 4.0):
            leaves = [torch.tensor(n, requires_grad=True) for n in (weight, 0.5, 2.5)]
            loss = (torch.relu(leaves[0] * leaves[2] + leaves[1]) - target) ** 2
            found = torch.autograd.grad(loss, leaves)
            assert all(g == 0 for g in found) == (weight <= -0.2)


def test_a_weight_used_twice():
    claim("x-grad-meaning", "3.001 · 3.001 is 9.006, which is 6 times 0.001 more")
    assert pytest.approx(9.006, abs=1e-5) == 3.001 * 3.001
    claim("recap", "192. The error is 8, so 16 comes back")
    w = torch.tensor(3.0, requires_grad=True)
    ((2 * w * w - 10) ** 2).backward()
    assert w.grad == 192


def test_the_backward_pass_of_the_lesson_follows_every_path_and_autograd_each_function_once():
    claim("engine-meaning", "if a value in the middle is used twice, ours goes from there to the")
    claim("engine-meaning", "Autograd first adds up all gradients that arrive at an operation")
    names = defined("engine", "engine-repaired")
    calls, send_back = [], names["send_back"]
    names["send_back"] = lambda *args: (calls.append(1), send_back(*args))
    value, tensor = names["Value"](1.0), torch.tensor(1.0, requires_grad=True)
    first, leaf = value, tensor
    for _ in range(8):
        value, tensor = value * value, tensor * tensor
    names["send_back"](value)
    assert len(calls) == 2**9 - 1
    assert first.grad == 2**8
    trace = backward_trace(tensor, {"w": leaf})
    assert len(trace) == len({arrival.node for arrival in trace}) == 9


@pytest.mark.parametrize("seed", SEEDS)
def test_the_backward_pass_of_the_lesson_agrees_with_autograd(seed):
    claim("engine-meaning", "That is a complete backward pass")
    names = defined("engine", "engine-repaired")
    numbers = torch.randn(3, generator=torch.Generator().manual_seed(seed)).tolist()

    def compute(a, b, c):
        d = a * b + c
        return d * d * a + d * c + b

    mine = [names["Value"](number) for number in numbers]
    theirs = [torch.tensor(number, dtype=torch.float64, requires_grad=True) for number in numbers]
    names["send_back"](compute(*mine))
    compute(*theirs).backward()
    assert [m.grad for m in mine] == pytest.approx([t.grad.item() for t in theirs])


@pytest.mark.parametrize("seed", SEEDS)
def test_weights_play_no_part_in_their_own_gradient_and_inputs_add_their_paths(seed):
    claim("layer-meaning", "The weight's own numbers play no part")
    torch.manual_seed(seed)
    weight, x = torch.randn(3, 2, requires_grad=True), torch.randn(2, requires_grad=True)
    g = torch.randn(3)
    (weight @ x).backward(g)
    assert torch.allclose(weight.grad, torch.outer(g, x))
    assert torch.allclose(x.grad, g @ weight)
    claim("recap", "(120, 400), the shape of the weight")
    layer = nn.Linear(400, 120)
    layer(torch.randn(32, 400)).sum().backward()
    assert layer.weight.grad.shape == (120, 400)


def test_the_lengths_in_the_picture():
    net, loss, _ = setting()
    trace = backward_trace(loss, net)
    found = {trace.graph[a.node].label.split(" ")[0]: f"{a.norm:.4f}" for a in trace}
    claim("whole-pass-meaning", "`fc3.bias` gets 0.5638")
    fc3 = next(a for a in trace if trace.graph[a.node].name == "AddmmBackward0")
    assert found["fc3.bias"] == f"{fc3.norm:.4f}" == "0.5638"
    claim(
        "whole-pass-meaning",
        "0.0628 stands three times in a row, at `View`, at a pooling and at a ReLU",
    )
    claim("whole-pass-meaning", "The ReLU stops some of them: 0.0546 is left")
    path = [f"{a.norm:.4f}" for a in trace if not trace.graph[a.node].is_leaf]
    at = path.index("0.0628")
    assert path[at : at + 4] == ["0.0628", "0.0628", "0.0628", "0.0546"]
    claim("whole-pass-meaning", "the longest at a leaf, 0.7029 at `fc1.weight`")
    longest = max((a for a in trace if trace.graph[a.node].is_leaf), key=lambda a: a.norm)
    assert trace.graph[longest.node].parameter == "fc1.weight"
    assert f"{longest.norm:.4f}" == "0.7029"
    claim("weights-question", "the network's 61,706 numbers")
    assert sum(parameter.numel() for parameter in net.parameters()) == 61_706
    claim("whole-pass-meaning", "has 48,000 numbers, and they are small")
    assert net.fc1.weight.numel() == 48_000
    typical = {a: a.norm / math.prod(trace.graph[a.node].shape or (1,)) ** 0.5 for a in trace}
    assert typical[longest] < 0.02 * typical[next(a for a in trace if a.norm == fc3.norm)]


@pytest.mark.parametrize("seed", SEEDS)
def test_pooling_and_convolution(seed):
    claim("conv-bias-question", "The maximum gets all of it")
    torch.manual_seed(seed)
    four = torch.randn(1, 2, 2, requires_grad=True)
    F.max_pool2d(four, 2).backward(torch.tensor([[[5.0]]]))
    assert four.grad.flatten()[four.argmax()] == 5
    assert four.grad.sum() == 5
    claim("conv-bias-question", "784 places of a map")
    net, _, images = setting(seed)
    maps = net.conv1(images)
    assert maps.shape[2] * maps.shape[3] == 784
    maps.retain_grad()
    maps.sin().sum().backward()
    assert torch.allclose(net.conv1.bias.grad, maps.grad.sum((0, 2, 3)), atol=1e-4)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_box_tells_of_the_gradient_that_arrives_there(seed):
    claim("real-heading", "The coloured number in a box is the length of the gradient that arrives")
    claim("real-heading", "A gradient has the shape of the value it belongs to")
    net, _, images = setting(seed)
    values = [net.conv1(images)]
    values.append(values[-1].relu())
    values.append(F.max_pool2d(values[-1], 2))
    loss = values[-1].square().mean()
    arrivals = backward_trace(loss, net)[2:5]  # behind the mean and the square
    gradients = torch.autograd.grad(loss, values[::-1])
    for arrival, gradient, value in zip(arrivals, gradients, values[::-1], strict=True):
        assert arrival.shape == gradient.shape == value.shape
        assert arrival.norm == pytest.approx(gradient.norm().item(), rel=1e-4)


@pytest.mark.parametrize("seed", SEEDS)
def test_of_four_tensors_only_the_bias_has_a_grad(seed):
    claim("leaves-meaning", "Only the bias, where both answers are True")
    torch.manual_seed(seed)
    net, images = Net(), torch.randn(1, 1, 32, 32)
    output = net(images)
    loss = output.square().mean()
    loss.backward()
    assert images.grad is None
    assert net.conv1.bias.grad is not None
    for passed in (output, loss):
        with pytest.warns(UserWarning, match="not a leaf"):
            assert passed.grad is None


def test_a_nudge_over_a_bend_says_no_although_autograd_is_right():
    claim("central-difference-meaning", "the last column then says `NO`")
    neuron = nn.Sequential(nn.Linear(1, 1), nn.ReLU())
    nn.init.ones_(neuron[0].weight)
    for bias, agree in ((-1 + 2e-5, True), (-1 + 2e-7, False)):  # the bend is that far away
        nn.init.constant_(neuron[0].bias, bias)
        check = check_gradients(neuron, nn.L1Loss(), torch.ones(1, 1), torch.zeros(1, 1))
        assert [row.by_autograd.item() for row in check.rows] == [1, 1]
        assert [row.agrees for row in check.rows] == [agree, agree]
        assert repr(check).endswith("yes" if agree else "NO")


def test_one_side_and_both():
    claim("check-heading", "one side gave 7.51 for the neuron's w, both give 7.5")
    h = 0.001
    assert round((loss_at(w=2 + h) - loss_at()) / h, 2) == 7.51
    assert (loss_at(w=2 + h) - loss_at(w=2 - h)) / (2 * h) == pytest.approx(7.5)


def test_an_h_that_is_too_small():
    claim("float-types-meaning", "In float32, 2 + 1e-8 is 2 again")
    assert torch.tensor(2.0) + 1e-8 == torch.tensor(2.0)
    claim("float-types-meaning", "In float64 the same happens with an h of 1e-17")
    assert loss_at(w=2.0 + 1e-17) == loss_at(w=2.0 - 1e-17)


def test_each_layer_does_two_products_on_the_way_back_but_for_the_first():
    claim("cost-meaning", "one for its weight, one for its input. Only the first layer saves")
    claim("cost-meaning", "for less arithmetic than two forward passes take, in place of 123,412")
    counter = torch.utils.flop_counter.FlopCounterMode
    for layer, x in [
        (nn.Linear(6, 5), torch.ones(4, 6)),
        (nn.Conv2d(1, 2, 3), torch.ones(1, 5, 5)),
    ]:
        for wanted in (False, True):
            with counter(display=False) as forward:
                output = layer(x.clone().requires_grad_(wanted)).sum()
            with counter(display=False) as backward:
                output.backward()
            assert backward.get_total_flops() == (1 + wanted) * forward.get_total_flops()


@pytest.mark.filterwarnings("ignore")  # detect_anomaly announces itself
def test_what_practice_recommends():
    claim("in-practice", "it names the first operation whose backward gave one")
    x = torch.zeros(1, requires_grad=True)
    failed = pytest.raises(RuntimeError, match="SqrtBackward0' returned nan")
    with torch.autograd.detect_anomaly(), failed:
        (x.sqrt() * 0).exp().sum().backward()
    claim("in-practice", "work for networks of your own")
    layer = nn.Linear(4, 4)
    x = torch.ones(1, 4)
    x = x + layer(x).relu()
    explorer = BackpropStepper((x + layer(x).tanh()).sum(), layer)
    assert "2 of 2 leaves have got their gradient" in explorer.picture.description
