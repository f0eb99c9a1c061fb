"""Parameters are counted as PyTorch counts them, and first values lie where it draws them."""

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from course_utils.lessons.parameters.initial_weights import fan_in, layer_weights
from course_utils.lessons.parameters.table import LenetSizes, parameter_table
from course_utils.network.lenet import Net, seeded_net

SMALL = st.integers(1, 7)


class Resized(nn.Module):
    """`Net` with other sizes; `fc1` takes whatever S4 turns out to hold."""

    def __init__(self, conv1, conv2, fc1, image):
        super().__init__()
        self.conv1 = nn.Conv2d(1, conv1, 5)
        self.conv2 = nn.Conv2d(conv1, conv2, 5)
        self.fc1 = nn.Linear(self.maps(torch.zeros(1, 1, image, image)).numel(), fc1)
        self.fc2 = nn.Linear(fc1, 84)
        self.fc3 = nn.Linear(84, 10)

    def maps(self, x):
        return F.max_pool2d(self.conv2(F.max_pool2d(self.conv1(x), 2)), 2)


def plain(table):
    return [(row.name, row.shape, row.layer_type) for row in table]


def test_the_network_of_the_course_by_hand():
    table = parameter_table(Net())
    assert [row.numbers for row in table] == [
        *(150, 6, 2_400, 16),
        *(48_000, 120, 10_080, 84, 840, 10),
    ]
    assert table.total == 61_706
    assert round(table.share(table[4].numbers), 1) == 77.8
    assert table.by_kind == {"convolution": 156 + 2_416, "fully connected": 48_120 + 10_164 + 850}


@settings(max_examples=40, deadline=None)
@given(SMALL, SMALL, SMALL, st.integers(16, 50))
def test_sizes_count_like_the_real_network(conv1, conv2, fc1, image):
    real = parameter_table(Resized(conv1, conv2, fc1, image))
    assert plain(LenetSizes(conv1, conv2, fc1, image).table) == plain(real)


@pytest.mark.parametrize("image", [16, 28, 32, 64])
@pytest.mark.parametrize("conv1", [1, 6, 48])
@pytest.mark.parametrize("fc1", [10, 120])
def test_a_grid_of_real_networks(image, conv1, fc1):
    net = Resized(conv1, 16, fc1, image)
    sizes = LenetSizes(conv1, 16, fc1, image)
    assert sizes.table.total == sum(parameter.numel() for parameter in net.parameters())
    assert sizes.features == net.fc1.in_features


def test_a_larger_image_changes_one_tensor():
    small, large = LenetSizes(image=32).table, LenetSizes(image=64).table
    assert [a.name for a, b in zip(small, large, strict=True) if a != b] == ["fc1.weight"]


LAYERS = st.one_of(
    st.builds(nn.Linear, SMALL, SMALL, bias=st.booleans()),
    st.builds(nn.Conv1d, SMALL, SMALL, SMALL, bias=st.booleans()),
    st.builds(nn.Conv2d, SMALL, SMALL, SMALL, bias=st.booleans()),
    st.builds(nn.BatchNorm2d, SMALL),
    st.builds(nn.ReLU),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(LAYERS, max_size=4), st.booleans())
def test_any_network_is_listed_as_pytorch_lists_it(layers, shared):
    net = nn.Sequential(*layers, *(layers[:1] if shared else []))
    table = parameter_table(net)
    expected = [(name, tuple(p.shape)) for name, p in net.named_parameters()]
    assert [(row.name, row.shape) for row in table] == expected
    assert table.total == sum(p.numel() for p in net.parameters())
    assert table.by_kind.total() == table.total
    assert sum(table.share(row.numbers) for row in table) == pytest.approx(100 * bool(table.total))


def test_kinds_follow_the_layer():
    net = nn.Sequential(nn.Conv1d(2, 3, 2), nn.BatchNorm1d(3), nn.Linear(4, 5))
    kinds = [row.kind for row in parameter_table(net)]
    assert kinds == ["convolution"] * 2 + ["other"] * 2 + ["fully connected"] * 2


def test_parameters_of_the_network_itself_have_no_layer():
    net = nn.Module()
    net.scale = nn.Parameter(torch.tensor(2.0))
    [row] = parameter_table(net)
    assert (row.name, row.layer, row.shape, row.numbers) == ("scale", "", (), 1)
    assert "scale  1           1  100.0 %" in repr(parameter_table(net))


def test_frozen_and_unused_layers_are_listed_and_nothing_changes():
    net = seeded_net()
    net.conv1.requires_grad_(False)
    before = {name: tensor.clone() for name, tensor in net.state_dict().items()}
    state = torch.get_rng_state()
    assert parameter_table(net).total == 61_706
    assert layer_weights(net)
    assert torch.equal(torch.get_rng_state(), state)
    assert not net.conv1.weight.requires_grad
    assert all(torch.equal(before[name], tensor) for name, tensor in net.state_dict().items())
    assert net.fc1.weight.grad is None


def test_a_network_without_parameters_has_an_empty_table():
    table = parameter_table(nn.ReLU())
    assert (len(table), table.total, table.share(0)) == (0, 0, 0.0)
    assert repr(table).splitlines()[-1].split() == ["sum", "0"]


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 5), st.integers(0, 1000))
def test_first_values_lie_within_the_bound(inputs, outputs, side, seed):
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        net = nn.Sequential(nn.Linear(inputs, outputs), nn.Conv2d(inputs, outputs, side))
    linear, convolution = layer_weights(net)
    assert (linear.fan_in, convolution.fan_in) == (inputs, inputs * side * side)
    assert linear.bound == pytest.approx(inputs**-0.5)
    assert linear.is_within_bound
    assert convolution.is_within_bound
    for found, layer in zip((linear, convolution), net, strict=True):
        assert fan_in(layer) == nn.init._calculate_fan_in_and_fan_out(layer.weight)[0]
        assert torch.equal(found.values, layer.weight.detach().flatten())


def test_first_values_fill_their_range_evenly():
    [found] = layer_weights(nn.Sequential(seeded_net().fc1))
    assert found.name == "0.weight"
    assert found.largest > 0.999 * found.bound
    assert found.share_in_inner_half == pytest.approx(0.5, abs=0.02)


def test_values_outside_are_seen_and_the_record_is_a_copy():
    layer = nn.Linear(4, 3)
    [found] = layer_weights(layer)
    with torch.no_grad():
        layer.weight[0, 0] = 0.6
    assert found.is_within_bound
    assert found.name == "weight"
    assert not layer_weights(layer)[0].is_within_bound


@pytest.mark.parametrize("function", [parameter_table, layer_weights])
def test_what_is_no_network_is_refused(function):
    with pytest.raises(TypeError, match=r"not its class: make one with Net\(\)\.$"):
        function(Net)
    with pytest.raises(TypeError, match=r"\(an nn\.Module\) is needed; this is \[1, 2\]\.$"):
        function([1, 2])


def test_a_lazy_layer_without_a_size_says_what_to_do():
    with pytest.raises(ValueError, match=r"0\.weight has no size yet.*on a batch once, then count"):
        parameter_table(nn.Sequential(nn.LazyLinear(3)))


def test_weights_need_a_layer_to_look_at():
    with pytest.raises(ValueError, match="no convolution and no linear layer"):
        layer_weights(nn.BatchNorm1d(3))


@pytest.mark.parametrize(
    ("sizes", "says"),
    [
        ({"conv1": 0}, "conv1 is a whole number, at least 1; this is 0"),
        ({"fc1": 2.0}, r"fc1 is a whole number, at least 1; this is 2\.0"),
        ({"conv2": True}, "conv2 is a whole number"),
        ({"image": 15}, "15×15 leaves nothing .* take at least 16×16"),
        ({"image": 3}, "3×3 leaves nothing"),
    ],
)
def test_impossible_sizes_are_refused(sizes, says):
    with pytest.raises(ValueError, match=says):
        LenetSizes(**sizes)
