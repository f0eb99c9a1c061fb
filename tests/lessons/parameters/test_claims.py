"""What lesson 02 says is so."""

import copy
import warnings

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from course_utils.lessons.parameters.table import LenetSizes
from course_utils.network.digits import load_digits, one_of_each
from course_utils.network.lenet import Net, seeded_net
from tests.support.claims import claims_of

claim = claims_of("02_parameters")
SEEDS = range(5)
DIGITS = one_of_each()


def changed(**sizes):
    before, after = LenetSizes().table, LenetSizes(**sizes).table
    return [new.name for old, new in zip(before, after, strict=True) if old != new]


def test_what_other_sizes_change():
    claim("explorer-answer-image", "only `fc1.weight` grows")
    assert changed(image=64) == ["fc1.weight"]
    claim("explorer-answer-channels", "More than five times as many as before")
    assert LenetSizes(image=64).table.total > 5 * LenetSizes().table.total
    claim("explorer-answer-channels", "three tensors change")
    assert changed(conv1=12) == ["conv1.weight", "conv1.bias", "conv2.weight"]


@pytest.mark.parametrize("kind", ["weight", "bias"])
def test_first_values_fill_their_range_evenly(kind):
    claim("fan-in", "each bias too, evenly from the range")
    claim("histograms-meaning", "Between the lines the values are spread evenly")
    for name in dict(Net().named_children()):
        values = []
        for seed in range(20):
            start = getattr(seeded_net(seed), name)
            values.append(getattr(start, kind).detach().flatten() * start.weight[0].numel() ** 0.5)
        values = torch.cat(values)
        assert 0.9 < values.abs().max() <= 1 + 1e-6
        quarters = torch.histc(values, 4, min=-1, max=1) / len(values)
        assert quarters.tolist() == pytest.approx([0.25] * 4, abs=0.08)


def test_a_kernel_of_three_by_three_by_hand():
    claim("recap", "32 kernels of 16 · 3 · 3 weights, and 32 biases: 4,640.")
    layer = nn.Conv2d(16, 32, 3)
    assert sum(tensor.numel() for tensor in layer.parameters()) == 4640
    claim("recap", "The fan-in is 16 · 3 · 3 = 144")
    claim("recap", "between −1/12 and 1/12")
    assert layer.weight[0].numel() == 144
    assert 0.95 / 12 < layer.weight.abs().max() <= 1.00001 / 12


@pytest.mark.parametrize("seed", SEEDS)
def test_a_sum_keeps_its_size(seed):
    claim("sums-meaning", "About 0.6 each time")
    torch.manual_seed(seed)
    with_one_range = []
    for inputs in (25, 400, 10_000):
        layer, x = nn.Linear(inputs, 100), torch.randn(100, inputs)
        assert layer(x).std().item() == pytest.approx(0.6, abs=0.05)
        nn.init.uniform_(layer.weight, -1 / 5, 1 / 5)
        with_one_range.append(layer(x).std().item())
    claim("sums-meaning", "the last outputs would be 20 times as large as the first")
    assert with_one_range[-1] / with_one_range[0] == pytest.approx(20, rel=0.1)


@torch.no_grad()
def test_from_layer_to_layer_the_signal_usually_shrinks():
    claim("sums-meaning", "from layer to layer a signal usually shrinks, and ReLU takes away more")
    claim("recap", "From layer to layer the signal usually shrinks")
    shrinks = []
    for seed in range(40):
        net, x = seeded_net(seed), DIGITS.images
        for layer in net.children():
            before = x.std(dim=0).mean()
            x = layer(x.flatten(1) if layer is net.fc1 else x)
            after = x.std(dim=0).mean()
            shrinks.append(after < before)
            x = F.relu(x)
            assert x.std(dim=0).mean() < after
            x = F.max_pool2d(x, 2) if isinstance(layer, nn.Conv2d) else x
    assert torch.stack(shrinks).float().mean() > 0.9


def test_untrained_scores_are_mostly_the_last_bias():
    claim(
        "shrinking-meaning", "The pixels differ by about 0.2, the scores by less than a hundredth"
    )
    claim("recap", "What remains is mostly the last layer's bias, and its numbers begin small")
    claim("last-bias-meaning", "a bias of `fc3` is at most 0.109")
    assert round(84**-0.5, 3) == 0.109
    for seed in SEEDS:
        net = seeded_net(seed)
        scores = net(DIGITS.images).detach()
        assert scores.std(dim=0).mean() < 0.01
        assert net.fc3.bias.abs().max() <= 0.1092
        rest = (scores - net.fc3.bias).abs().mean()
        assert rest < 0.6 * net.fc3.bias.abs().mean()
        apart = torch.stack([scores.mean(dim=0), net.fc3.bias.detach()])
        assert torch.corrcoef(apart)[0, 1] > 0.8
    claim("last-bias-meaning", "The scores follow the biases.")
    claim("last-bias-meaning", "because the image hardly moves the scores")
    claim("last-bias-meaning", "with this seed the largest bias belongs to the 9")
    net = seeded_net(0)
    assert set(net(load_digits().images).argmax(1).tolist()) == {9} == {int(net.fc3.bias.argmax())}


def test_an_optimizer_also_follows_a_gradient_that_is_left():
    claim(
        "in-practice", "an optimizer (lesson 05) also follows a gradient that is left from before"
    )
    for emptied in (False, True):
        layer = nn.Linear(1, 1)
        layer(torch.ones(1, 1)).sum().backward()
        layer.requires_grad_(False)
        before = layer.weight.clone()
        if emptied:
            layer.zero_grad()
        torch.optim.SGD(layer.parameters(), lr=0.1).step()
        assert torch.equal(layer.weight, before) == emptied


def gradient_of_three(net, image):
    image = image.clone().requires_grad_()
    net(image)[0, 3].backward()
    return image.grad


@pytest.mark.parametrize("seed", SEEDS)
def test_a_gradient_keeps_its_promise_for_a_small_change_where_there_is_ink(seed):
    claim("digit-gradient-meaning", "Within the digit, orange says that more ink would raise")
    claim(
        "promise-meaning",
        "In this image every pixel with ink keeps its promise, if the change is small",
    )
    claim("promise-meaning", "Therefore many of the gradients there are wrong, some even in sign.")
    net, image = seeded_net(seed).double(), DIGITS.images[3:4].double()
    slopes = gradient_of_three(net, image).flatten()
    pixels = torch.arange(slopes.numel())
    inked = image.repeat(len(pixels), 1, 1, 1)
    inked.view(len(pixels), -1)[pixels, pixels] += 1e-5
    really = (net(inked) - net(image))[:, 3] / 1e-5
    kept = torch.isclose(really, slopes, rtol=0.05, atol=1e-9)
    ink = image.flatten() > 0
    assert kept[ink].all()
    assert (~kept[~ink]).double().mean() > 0.2
    assert (really[~ink] * slopes[~ink] < 0).any()
    claim("promise-meaning", "(for some, far below 0.01)")
    inked = inked + 0.01 * (inked != image)
    really = (net(inked) - net(image))[:, 3] / (0.01 + 1e-5)
    assert not torch.isclose(really, slopes, rtol=0.05, atol=1e-9)[ink].all()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_vector_weighs_the_scores_and_rows_do_not_mix(seed):
    claim("weighted-sum-meaning", "`out.backward(v)` does what `(out * v).sum().backward()` does")
    net, v = seeded_net(seed), torch.randn(2, 10)
    one, two = (DIGITS.images[3:5].clone().requires_grad_() for _ in range(2))
    net(one).backward(v)
    (net(two) * v).sum().backward()
    assert torch.allclose(one.grad, two.grad, atol=1e-9)
    claim(
        "weighted-sum-meaning", "Here it is (10, 1024), a row for each score and a column for each"
    )
    assert (net(one).shape[1], one[0].numel()) == (10, 1024)
    claim("two-images-meaning", "the rows of a batch do not mix")
    one.grad = None
    net(one).backward(v * torch.tensor([[1.0], [0.0]]))
    assert torch.allclose(one.grad[0], two.grad[0], atol=1e-9)
    assert not one.grad[1].any()


def test_the_gradient_fades_over_ten_rows():
    claim(
        "grad-picture-meaning",
        "a corner pixel in one position only, and a pixel in the middle in 25",
    )
    covered = F.conv_transpose2d(torch.ones(1, 1, 28, 28), torch.ones(1, 1, 5, 5))[0, 0]
    assert covered[0, 0] == 1
    assert (covered[4:-4, 4:-4] == 25).all()
    claim("grad-picture-meaning", "That makes rows 0 to 3 weaker.")
    assert (covered[:4, 16] < 25).all()
    claim("grad-picture-meaning", "whose outer four rows see the first twelve rows of the image")
    image = torch.randn(1, 1, 32, 32, requires_grad=True)
    pooled = F.avg_pool2d(F.conv2d(image, torch.ones(1, 1, 5, 5)), 2)
    pooled[..., :4, :].sum().backward()
    assert image.grad[0, 0, :, 16].nonzero().flatten().tolist() == list(range(12))
    claim("grad-picture-meaning", "the gradient in row 4 is about 60 % of what it is in the")
    claim("grad-picture-meaning", "in row 10 about 95 %")
    sizes = torch.zeros(32)
    for seed in range(40):
        net = seeded_net(seed)
        noise = torch.randn(8, 1, 32, 32, generator=torch.Generator().manual_seed(seed))
        net(noise.requires_grad_()).backward(torch.ones(8, 10))
        sizes += noise.grad.abs().mean((0, 1, 3))
    middle = sizes[12:20].mean()
    assert (sizes[4] / middle).item() == pytest.approx(0.6, abs=0.06)
    assert (sizes[10] / middle).item() == pytest.approx(0.95, abs=0.05)


def test_noise_gives_scores_near_0_too():
    claim("random-image-meaning", "Ten scores near 0 again, for noise as for digits")
    for seed in SEEDS:
        assert seeded_net(seed)(torch.randn(10, 1, 32, 32)).abs().max() < 0.35


def test_an_image_keeps_its_gradient_when_the_network_is_emptied():
    claim("all-have-grad-meaning", "`net.zero_grad()` does not empty `images.grad`")
    net, image = Net(), torch.randn(1, 1, 32, 32, requires_grad=True)
    net(image).sum().backward()
    net.zero_grad()
    assert image.grad is not None


def test_a_layer_in_a_list_computes_but_is_not_trained():
    claim("invisible-meaning", "An invisible layer still computes, and there is no error.")
    claim("invisible-meaning", "they stay random")
    claim(
        "recap",
        "They are not registered, so `parameters()` does not find them, and they stay random",
    )
    net = nn.Sequential(nn.Linear(3, 3))
    net.hidden = [nn.Linear(3, 1)]
    before = net.hidden[0].weight.clone()
    net.hidden[0](net(torch.ones(2, 3))).sum().backward()
    with torch.no_grad():
        for parameter in net.parameters():
            parameter -= 0.1 * parameter.grad
    assert torch.equal(net.hidden[0].weight, before)


def test_a_buffer_is_saved_and_moves_and_a_plain_tensor_does_neither():
    claim("buffers-meaning", "is saved with it, but is not learnt")
    claim("buffers-meaning", "`plain` is neither saved nor moved.")
    module = nn.Module()
    module.plain = torch.ones(3)
    module.register_buffer("seen", torch.zeros(3))
    assert list(module.state_dict()) == ["seen"]
    module.to("meta")
    assert (module.seen.device.type, module.plain.device.type) == ("meta", "cpu")


def test_gradients_pass_a_frozen_layer():
    claim("frozen-meaning", "Gradients pass through a frozen layer all the same.")
    net, image = seeded_net(0), DIGITS.images[3:4]
    wanted = gradient_of_three(net, image)
    net.conv1.requires_grad_(False)
    assert torch.equal(gradient_of_three(net, image), wanted)


def test_what_stands_under_in_practice():
    claim("in-practice", "`state_dict()` shows the network's own tensors, not copies")
    net = Net()
    kept = copy.deepcopy(net.state_dict())
    with torch.no_grad():
        net.fc3.bias += 1
    assert torch.equal(net.state_dict()["fc3.bias"], net.fc3.bias)
    assert not torch.equal(kept["fc3.bias"], net.fc3.bias)
    claim("in-practice", "PyTorch lists the keys that are missing")
    del kept["conv1.weight"]
    with pytest.raises(RuntimeError, match=r"Missing key.*conv1\.weight"):
        net.load_state_dict(kept)
    claim("in-practice", "A tensor that two layers share is listed once")
    net.fc3.bias = net.conv1.bias
    assert len(list(net.parameters())) == 9
    claim(
        "in-practice", "Reading `.grad` of a tensor that is not a leaf gives `None` and a warning"
    )
    out = torch.ones(1, requires_grad=True) * 2
    with warnings.catch_warnings(record=True, action="always") as caught:
        assert out.grad is None
    assert len(caught) == 1
