"""The trace: every operation as written, everything left as it was."""

import copy

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from course_utils.network.lenet import Net, seeded_net
from course_utils.network.trace import trace

IMAGE = torch.rand(2, 1, 32, 32, generator=torch.Generator().manual_seed(1))


class TinyNet(nn.Module):
    """A module whose forward is given as a function, for one test each."""

    def __init__(self, forward, **layers):
        super().__init__()
        self.function = forward
        for name, layer in layers.items():
            self.add_module(name, layer)

    def forward(self, x):
        return self.function(self, x)


def operations(net, images):
    return [step.operation for step in trace(net, images)]


def test_net_has_twelve_operations_poolings_among_them():
    steps = trace(Net(), IMAGE)
    assert [(step.name, step.operation) for step in steps] == [
        ("conv1", "conv2d"),
        (None, "relu"),
        (None, "max_pool2d"),
        ("conv2", "conv2d"),
        (None, "relu"),
        (None, "max_pool2d"),
        (None, "flatten"),
        ("fc1", "linear"),
        (None, "relu"),
        ("fc2", "linear"),
        (None, "relu"),
        ("fc3", "linear"),
    ]


def test_shapes_are_those_of_the_forward_pass():
    net = Net()
    steps = trace(net, IMAGE)
    assert steps[2].shape_out == (2, 6, 14, 14) == steps[3].shape_in
    assert steps[-1].shape_out == tuple(net(IMAGE).shape)


def test_counts_agree_with_the_sums_written_out():
    steps = trace(Net(), IMAGE[:1])
    assert [step.parameters for step in steps if step.parameters] == [
        6 * 25 + 6,
        16 * 6 * 25 + 16,
        120 * 400 + 120,
        84 * 120 + 84,
        10 * 84 + 10,
    ]
    assert [step.multiply_adds for step in steps if step.multiply_adds] == [
        6 * 28 * 28 * 25,
        16 * 10 * 10 * 150,
        400 * 120,
        120 * 84,
        84 * 10,
    ]
    assert steps.parameters == sum(p.numel() for p in Net().parameters())


def test_two_images_cost_twice_the_work():
    assert trace(Net(), IMAGE).multiply_adds == 2 * trace(Net(), IMAGE[:1]).multiply_adds


def test_outputs_are_kept_on_demand_alone():
    net = Net()
    assert trace(net, IMAGE)[0].output is None
    steps = trace(net, IMAGE, keep_outputs=True)
    assert torch.equal(steps[-1].output, net(IMAGE))
    assert not steps[-1].output.requires_grad


def test_an_output_changed_in_place_later_is_kept_as_it_was():
    net = TinyNet(lambda self, x: F.relu(self.fc(x), inplace=True), fc=nn.Linear(3, 3))
    nn.init.constant_(net.fc.bias, -9)
    steps = trace(net, torch.ones(1, 3), keep_outputs=True)
    assert steps[0].output.max() < 0
    assert torch.equal(steps[1].output, torch.zeros(1, 3))


# Any module.


def test_a_layer_called_twice_counts_its_parameters_once():
    net = TinyNet(lambda self, x: self.fc(self.fc(x)), fc=nn.Linear(3, 3))
    assert [(s.name, s.parameters) for s in trace(net, torch.ones(1, 3))] == [("fc", 12), ("fc", 0)]


def test_a_layer_shared_under_two_names_counts_once():
    shared = nn.Linear(3, 3)
    net = TinyNet(lambda self, x: self.b(self.a(x)), a=shared, b=shared)
    assert trace(net, torch.ones(1, 3)).parameters == 12


def test_a_weight_shared_by_two_layers_counts_once():
    net = TinyNet(lambda self, x: self.b(self.a(x)), a=nn.Linear(3, 3), b=nn.Linear(3, 3))
    net.b.weight = net.a.weight
    assert [step.parameters for step in trace(net, torch.ones(1, 3))] == [9 + 3, 3]


def test_control_flow_is_followed_as_it_ran():
    net = TinyNet(lambda self, x: self.fc(x) if x.sum() > 0 else x * 2, fc=nn.Linear(3, 3))
    assert operations(net, torch.ones(1, 3)) == ["sum", "gt", "linear"]
    assert operations(net, -torch.ones(1, 3)) == ["sum", "gt", "mul"]


def test_several_tensors_out_give_the_first_ones_shape():
    net = TinyNet(lambda self, x: self.lstm(x)[0], lstm=nn.LSTM(4, 5, batch_first=True))
    [step] = [step for step in trace(net, torch.zeros(2, 3, 4)) if step.operation == "lstm"]
    assert (step.name, step.shape_out) == ("lstm", (2, 3, 5))
    assert step.parameters == sum(p.numel() for p in net.parameters())
    assert trace(TinyNet(lambda self, x: x.split(2, dim=1)), IMAGE[:, 0])[0].shape_out == (2, 2, 32)


def test_parameters_behind_a_transposed_view_count():
    net = TinyNet(lambda self, x: x @ self.fc.weight.T + self.fc.bias, fc=nn.Linear(3, 2))
    steps = trace(net, torch.ones(1, 3))
    assert [step.operation for step in steps] == ["T", "matmul", "add"]
    assert [step.name for step in steps] == ["fc", None, "fc"]
    assert steps.parameters == 3 * 2 + 2
    assert steps.multiply_adds == 3 * 2


def test_a_layer_called_by_forward_still_has_its_name():
    net = TinyNet(lambda self, x: self.fc.forward(x), fc=nn.Linear(3, 2))
    assert trace(net, torch.ones(1, 3))[0].name == "fc"


def test_a_layer_that_failed_and_was_caught_gives_its_name_to_nothing_after_it():
    class Careful(nn.Module):
        def __init__(self):
            super().__init__()
            self.fc = nn.Linear(4, 4)

        def forward(self, x):
            try:
                return self.fc(x)
            except RuntimeError:
                return x + 1

    steps = trace(Careful(), torch.ones(1, 3))
    assert [(step.name, step.operation) for step in steps] == [(None, "add")]
    assert steps.refusal is None


def test_names_inside_blocks_are_whole():
    net = nn.Sequential(nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU()), nn.Flatten())
    assert [step.name for step in trace(net, IMAGE)] == ["0.0", "0.1", "1"]


def test_a_net_without_parameters_or_batch_is_fine():
    assert operations(nn.Flatten(0), torch.ones(2, 3)) == ["flatten"]


def test_work_of_attention_is_counted():
    net = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)
    steps = {step.operation: step for step in trace(net, torch.zeros(1, 4, 8))}
    projections, products = 4 * 4 * 8 * 8, 2 * 4 * 4 * 8
    assert steps["multi_head_attention_forward"].multiply_adds == projections + products


# Left as it was.


class Restless(nn.Module):
    """Batch norm, dropout and a buffer that each pass replaces."""

    def __init__(self):
        super().__init__()
        self.norm, self.drop = nn.BatchNorm1d(3), nn.Dropout()
        self.register_buffer("passes", torch.zeros(()))

    def forward(self, x):
        self.passes = self.passes + 1
        return self.drop(self.norm(x))


@pytest.mark.parametrize("training", [True, False])
def test_nothing_is_changed(training):
    net = Restless().train(training)
    net.norm.weight.grad = torch.ones(3)
    before, random = copy.deepcopy(net.state_dict()), torch.get_rng_state()
    trace(net, torch.rand(4, 3, generator=torch.Generator().manual_seed(0)))
    assert all(torch.equal(before[name], value) for name, value in net.state_dict().items())
    assert torch.equal(torch.get_rng_state(), random)
    assert net.training == training
    assert torch.equal(net.norm.weight.grad, torch.ones(3))
    assert net.drop(torch.ones(1)).shape == (1,)


def test_hooks_are_gone_even_after_an_error():
    from torch.nn.modules import module

    net = Net()
    trace(net, torch.zeros(1, 1, 28, 28))
    assert not module._global_forward_hooks
    assert not module._global_forward_pre_hooks


def test_two_traces_are_equal():
    net = seeded_net()
    assert trace(net, IMAGE) == trace(net, IMAGE)


# Errors.


def test_an_error_of_forward_itself_is_raised_with_a_note():
    net = TinyNet(lambda self, x: self.fc(x).nothing, fc=nn.Linear(3, 3))
    with pytest.raises(AttributeError) as raised:
        trace(net, torch.ones(1, 3))
    assert raised.value.__notes__ == [
        "This happened in `forward`, after 1 operation, the last of them `fc` (linear)."
    ]


def test_an_error_before_any_operation_has_its_note():
    with pytest.raises(NotImplementedError) as raised:
        trace(nn.Module(), torch.ones(1, 3))
    assert raised.value.__notes__ == ["This happened in `forward`, after no operation."]


@pytest.mark.parametrize(
    ("net", "images", "error", "says"),
    [
        (Net, IMAGE, TypeError, r"not its class: make one with Net\(\)"),
        ("net", IMAGE, TypeError, "nn.Module as its network; this is 'net'"),
        (Net(), "a string", TypeError, r"\(N, C, H, W\); this is str: 'a string'"),
        (Net(), [[0.0]], TypeError, "this is list"),
        (Net(), None, TypeError, "this is NoneType"),
        (Net(), torch.zeros(0, 1, 32, 32), ValueError, r"no image.*\(0, 1, 32, 32\).*images\[:1\]"),
    ],
)
def test_what_is_no_network_or_no_image_is_refused(net, images, error, says):
    with pytest.raises(error, match=says):
        trace(net, images)


# As text.


def test_the_table_adds_up():
    lines = repr(trace(Net(), IMAGE[:1])).splitlines()
    assert lines[0].split() == ["name", "operation", "shape", "out", "parameters", "multiply-adds"]
    assert lines[-1].split() == ["sum", "61,706", "416,520"]
    assert len(lines) == 1 + 1 + 12 + 1


def test_a_refused_pass_prints_its_reason_below():
    text = repr(trace(Net(), torch.zeros(1, 1, 28, 28)))
    assert text.index("sum") < text.index("stopped at `fc1` (linear) after 7 operations")
