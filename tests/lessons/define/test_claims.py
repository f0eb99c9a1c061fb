"""What lesson 01 claims, proven."""

import inspect

import nbformat
import pytest
import torch
import torch.nn.functional as F
from torch import nn

from course_utils.command.project import HERE
from course_utils.lessons.define import load_digits, trace, walk
from course_utils.lessons.define.one_number import open_number
from course_utils.network.lenet import seeded_net
from tests.support.claims import claims_of

SEEDS = range(5)
DIGITS = load_digits()
claim = claims_of("01_define")


def mean_scores(weights, images):
    sums = (images * weights).sum(dim=(1, 2, 3))
    return [sums[DIGITS.labels == digit].mean().item() for digit in range(10)]


def test_a_neuron_answers_most_strongly_to_its_digit_and_less_if_that_is_moved():
    claim("neuron-heading", "Its inputs can be the 1024 pixels of an image.")
    claim("neuron-meaning", "The threes, on average, score highest, and the 4")
    claim("neuron-meaning", "a 3 that is written a little further to the left meets the wrong")
    weights = DIGITS.images[DIGITS.labels == 3].mean(dim=0) - DIGITS.images.mean(dim=0)
    assert weights.numel() == 1024
    scores = mean_scores(weights, DIGITS.images)
    assert (scores.index(max(scores)), scores.index(min(scores))) == (3, 4)
    moved = mean_scores(weights, DIGITS.images.roll(-6, dims=3))
    assert moved[3] < scores[3] / 2


@pytest.mark.parametrize("seed", SEEDS)
def test_two_linear_layers_are_one_and_with_relu_between_they_are_not(seed):
    claim(
        "linear-two-meaning",
        "Two linear layers are one linear layer, with the product of their matrices.",
    )
    torch.manual_seed(seed)
    first, second = nn.Linear(4, 3, bias=False), nn.Linear(3, 2, bias=False)
    x = torch.randn(50, 4)
    one = x @ (second.weight @ first.weight).T
    assert torch.allclose(second(first(x)), one, atol=1e-6)
    assert not torch.allclose(second(F.relu(first(x))), one, atol=1e-2)


def test_parameters_and_work_of_a_convolution():
    claim("drawn-meaning", "78 % of the parameters")
    claim("recap", "8 kernels of 3·3·3 weights and a bias each: 8 · 28 = 224.")
    claim("recap", "8 · 1024 · 27 = 221,184")
    passed = trace(nn.Conv2d(3, 8, 3), torch.zeros(1, 3, 34, 34))
    assert (passed.parameters, passed.multiply_adds) == (224, 221_184)
    net = seeded_net()
    passed = trace(net, torch.zeros(1, 1, 32, 32))
    assert round(100 * net.fc1.weight.numel() / passed.parameters) == 78


@pytest.mark.parametrize("seed", SEEDS)
def test_where_a_map_is_dark_or_lit_on_blank_paper(seed):
    claim(
        "activations-meaning",
        "on blank paper only the kernel's bias is left, and where it is positive",
    )
    torch.manual_seed(seed)
    conv = seeded_net().conv1
    assert torch.allclose(conv(torch.zeros(1, 1, 32, 32))[0, :, 3, 3], conv.bias)


def test_25_images_happen_to_fit_and_24_do_not():
    claim("flatten-trap-meaning", "25 · 256 happens to be divisible by 400; with 24 images")
    assert torch.randn(25, 16, 4, 4).view(-1, 400).shape == (16, 400)
    with pytest.raises(RuntimeError, match="invalid"):
        torch.randn(24, 16, 4, 4).view(-1, 400)


def test_the_report_shows_the_line_that_the_text_quotes():
    claim("error-meaning", "---> 14 x = F.relu(self.fc1(x))")
    book = nbformat.read(HERE.notebooks / "01_define.ipynb", as_version=4)
    [source] = [cell.source for cell in book.cells if cell.id == "net-class"]
    assert source.splitlines()[13].strip() == "x = F.relu(self.fc1(x))"


def test_which_layer_an_error_is_about():
    claim("recap", "“(8x512 and 400x120)”. Which layer refused what?")
    claim("channels-meaning", "only `conv1` has six kernels for one channel")
    net = seeded_net()
    with pytest.raises(RuntimeError, match=r"8x512 and 400x120"):
        net.fc1(torch.zeros(8, 512))
    shapes = [tuple(tensor.shape) for tensor in net.parameters()]
    assert shapes.count((6, 1, 5, 5)) == 1


def test_each_image_is_computed_by_itself():
    claim("batch-heading", "treats each image separately")
    net, images = seeded_net(), DIGITS.images[:10]
    alone = torch.cat([net(image.unsqueeze(0)) for image in images])
    assert torch.allclose(net(images), alone, atol=1e-6)


@pytest.mark.parametrize("seed", SEEDS)
def test_vertical_edges_answer_with_opposite_signs_at_the_two_sides_of_a_stroke(seed):
    claim("microscope-meaning", "Where ink begins, from left to right, the output is positive")
    claim("microscope-meaning", "in the middle of a wide stroke, and where the whole patch is")
    from course_utils.lessons.define.convolution import KERNELS

    left = 8 + seed
    stroke = torch.zeros(1, 1, 32, 32)
    stroke[..., left : left + 10] = 1
    row = F.conv2d(stroke, KERNELS["vertical edges"].view(1, 1, 5, 5))[0, 0, 10]
    assert row[left - 2] > 0 > row[left + 10 - 2]
    assert row[: left - 5].abs().max() < 1e-6
    assert row[left + 3].abs() < 1e-6


@pytest.mark.parametrize("seed", SEEDS)
def test_the_papers_c5_computes_what_a_fully_connected_layer_does(seed):
    claim("lenet-heading", "a fully connected layer, which computes the same")
    torch.manual_seed(seed)
    conv, full = nn.Conv2d(16, 120, 5), nn.Linear(400, 120)
    full.load_state_dict({"weight": conv.weight.flatten(1), "bias": conv.bias})
    maps = torch.randn(3, 16, 5, 5)
    assert torch.allclose(conv(maps).flatten(1), full(maps.flatten(1)), atol=1e-5)


def test_forward_by_name_skips_the_networks_own_hook():
    claim("hook-meaning", "The network's own hook was skipped.")
    assert "hook" not in inspect.getsource(seeded_net().forward)
    called, net = [], seeded_net()
    net.register_forward_hook(lambda *_: called.append("net"))
    net.forward(torch.zeros(1, 1, 32, 32))
    assert not called


@pytest.mark.parametrize("seed", SEEDS)
def test_from_how_many_numbers_each_step_makes_one(seed):
    claim(
        "number-meaning",
        "A ReLU looks at one number, pooling at four, a neuron of `fc1` at all 400",
    )
    claim("number-meaning", "each probability depends on all ten scores")
    net, image = seeded_net(seed), DIGITS.images[seed]
    looks = {step: open_number(net, image, step, 3, 4) for step in ("relu", "max_pool2d")}
    assert [one.terms.numel() for one in looks.values()] == [1, 4]
    assert net.fc1.weight[7].numel() == 400
    scores = net(image[None]).detach().requires_grad_()
    scores.softmax(1)[0, 3].backward()
    assert scores.grad.all()


@pytest.mark.parametrize("seed", SEEDS)
def test_with_33_rows_and_columns_the_last_ones_are_dropped(seed):
    claim("sizes-that-fit-meaning", "With 33, the last row and column never reach a score.")
    image = torch.randn(1, 1, 33, 33, generator=torch.Generator().manual_seed(seed))
    seeded_net(seed)(image.requires_grad_()).square().sum().backward()
    assert image.grad[..., 32, :].eq(0).all()
    assert image.grad[..., 32].eq(0).all()
    assert image.grad[..., :32, :32].ne(0).any(dim=-1).all()


def test_padding_enlarges_with_stride_1_and_stride_2_halves():
    claim("microscope-meaning", "With stride 1, padding makes the output larger")
    claim("microscope-meaning", "A stride of 2 halves the output in each direction.")
    sides = [
        [nn.Conv2d(1, 1, 5, stride, padding)(torch.ones(1, 32, 32)).shape[-1] for stride in (1, 2)]
        for padding in range(3)
    ]
    assert sides == [[28, 14], [30, 15], [32, 16]]


def test_one_number_of_c3_is_a_sum_of_150_products():
    claim("conv2-weights-meaning", "a sum of 6·5·5 = 150 products")
    assert seeded_net().conv2.weight[0].numel() == 150


def test_sizes_that_fit_with_kernels_of_3_and_never_because_of_a_convolution():
    claim("walk-meaning", "with 3×3 kernels, 26 to 29 are accepted and 32 is not.")
    claim("walk-meaning", "Only `fc1` insists, on exactly 400 numbers.")
    refusals = {size: walk(DIGITS.images[0], size, 3).refusal for size in range(24, 41)}
    assert [size for size, refusal in refusals.items() if refusal is None] == [26, 27, 28, 29]
    assert {refusal.name for refusal in refusals.values() if refusal} == {"fc1"}


def test_c1_is_the_largest_step_on_paper():
    claim(
        "drawn-meaning",
        "C1 holds the most numbers: six maps of 28 by 28 for one image of 32 by 32.",
    )
    passed = trace(seeded_net(), DIGITS.images[:1])
    largest = max(passed, key=lambda step: torch.Size(step.shape_out).numel())
    assert largest.name == "conv1"
    assert torch.Size(largest.shape_out).numel() > DIGITS.images[0].numel()
