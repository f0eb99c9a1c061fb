"""The graph and the backward pass as data: what PyTorch has built, told without touching it."""

import copy
import sys
from itertools import pairwise

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from course_utils.lessons.backprop.backward_trace import backward_trace
from course_utils.lessons.backprop.chain_rule import chain
from course_utils.lessons.backprop.graph import Node, autograd_graph
from course_utils.network.lenet import seeded_net
from course_utils.network.neuron import Neuron

IMAGES = torch.rand(2, 1, 32, 32, generator=torch.Generator().manual_seed(1))
OPERATIONS = [torch.add, torch.mul, torch.sub, lambda a, b: (a + b).tanh(), lambda a, b: a.relu()]


def loss_of(net, images=IMAGES):
    return net(images).square().mean()


def leaf(*shape):
    return torch.full(shape, 0.5, requires_grad=True)


@st.composite
def programs(draw):
    """Three leaves, then operations on any two values that are there already."""
    values = {name: leaf(2) for name in "uvw"}
    made = list(values.values())
    for _ in range(draw(st.integers(1, 12))):
        operation = draw(st.sampled_from(OPERATIONS))
        one, other = (made[draw(st.integers(0, len(made) - 1))] for _ in range(2))
        made.append(operation(one, other))
    return values, made, made[-1].sum()


def reachable(function, seen):
    """All of PyTorch's nodes behind one, by recursion."""
    if function is not None and function not in seen:
        seen.add(function)
        for following, _ in function.next_functions:
            reachable(following, seen)
    return seen


@settings(max_examples=60, deadline=None)
@given(programs())
def test_the_graph_holds_every_function_once_and_every_edge(program):
    leaves, _, loss = program
    graph = autograd_graph(loss, leaves)
    functions = reachable(loss.grad_fn, set())
    assert len(graph) == len(functions)
    assert sorted(n.name for n in graph) == sorted(f.name().split("::")[-1] for f in functions)
    edges = [end for f in functions for end, _ in f.next_functions if end is not None]
    assert len(graph.edges) == len(edges)
    used = torch.autograd.grad(loss, list(leaves.values()), allow_unused=True)
    named = {name for name, grad in zip(leaves, used, strict=True) if grad is not None}
    assert {node.parameter for node in graph if node.is_leaf} == named


@settings(max_examples=60, deadline=None)
@given(programs())
def test_every_edge_leads_to_a_later_node(program):
    leaves, _, loss = program
    graph = autograd_graph(loss, leaves)
    assert all(start < end for start, end in graph.edges)
    spine = graph.spine()
    assert set(pairwise(spine)) <= set(graph.edges)
    assert spine[0] == 0
    assert not any(graph[i].is_leaf for i in spine)


@settings(max_examples=60, deadline=None)
@given(programs())
def test_what_arrives_is_what_autograd_says(program):
    leaves, _, loss = program
    trace = backward_trace(loss, leaves, keep_gradients=True)
    assert len(trace) == len(trace.graph)
    assert [a.node for a in trace if not a.node] == [0]
    found = {trace.graph[a.node].parameter: a for a in trace if trace.graph[a.node].is_leaf}
    for name, arrival in found.items():
        [gradient] = torch.autograd.grad(loss, leaves[name], retain_graph=True)
        assert torch.equal(arrival.gradient, gradient)
        assert arrival.norm == pytest.approx(gradient.norm().item())
        assert arrival.shape == (2,)


@settings(max_examples=60, deadline=None)
@given(programs())
def test_a_node_sends_only_after_all_has_arrived(program):
    leaves, _, loss = program
    trace = backward_trace(loss, leaves)
    when = {arrival.node: time for time, arrival in enumerate(trace)}
    assert all(when[start] < when[end] for start, end in trace.graph.edges)


numbers = st.integers(-16, 16).map(lambda n: n / 4)


@settings(max_examples=60, deadline=None)
@given(x=numbers, w=numbers, b=numbers, target=numbers)
def test_the_chain_by_hand_is_what_arrives(x, w, b, target):
    neuron = Neuron(x, w, b, target)
    leaves = {
        name: torch.tensor(value, dtype=torch.float64, requires_grad=True)
        for name, value in (("x", x), ("w", w), ("b", b))
    }
    z = leaves["w"] * leaves["x"] + leaves["b"]
    trace = backward_trace((z.relu() - target) ** 2, leaves, keep_gradients=True)
    assert [a.gradient.item() for a in trace] == [link.value for link in chain(neuron)]


@settings(max_examples=60, deadline=None)
@given(x=numbers, w=numbers, b=numbers, target=numbers)
def test_each_link_is_the_one_above_times_its_local_derivative(x, w, b, target):
    links = {link.of: link for link in chain(Neuron(x, w, b, target))}
    for link in links.values():
        above = links[link.above].value if link.above else 1.0
        assert link.value == pytest.approx(above * link.by)


# The network.


def test_the_leaves_of_the_network_are_its_parameters():
    net = seeded_net()
    graph = autograd_graph(loss_of(net), net)
    found = {node.parameter: node.shape for node in graph if node.is_leaf}
    assert found == {name: tuple(p.shape) for name, p in net.named_parameters()}
    assert len(graph.leaves) == 10


def test_the_way_from_the_mean_squared_error_is_as_the_lesson_tells_it():
    net = seeded_net()
    loss = nn.MSELoss()(net(IMAGES), torch.zeros(2, 10))
    graph = autograd_graph(loss, net)
    assert (len(graph), len(graph.edges)) == (26, 25)
    assert [graph[i].label for i in graph.following()[1]] == [
        "fc3.bias (10,)",
        "ReluBackward0",
        "TBackward0",
    ]
    assert len(graph.spine()) == 13


def test_printed_it_is_a_table_without_addresses():
    w = leaf(3)
    text = repr(autograd_graph((w * w).sum(), {"w": w}))
    assert text.splitlines() == [
        "  0  SumBackward0  → 1",
        "  1  MulBackward0  → 2, 2",
        "  2  w (3,)",
    ]


def test_norms_are_those_of_the_gradients_backward_leaves():
    net = seeded_net()
    loss = loss_of(net)
    trace = backward_trace(loss, net)
    loss.backward()
    parameters = dict(net.named_parameters())
    leaves = {trace.graph[a.node].parameter: a for a in trace if trace.graph[a.node].is_leaf}
    assert set(leaves) == set(parameters)
    for name, arrival in leaves.items():
        assert arrival.norm == pytest.approx(parameters[name].grad.norm().item(), rel=1e-5)
        assert arrival.gradient is None


# Any graph.


class Shared(nn.Module):
    """Two layers with one weight, one of them used twice."""

    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Linear(3, 3), nn.Linear(3, 3)
        self.b.weight = self.a.weight

    def forward(self, x):
        return self.b(self.a(self.a(x)))


def test_a_parameter_of_two_layers_is_one_leaf_with_both_names():
    net = Shared()
    graph = autograd_graph(net(torch.ones(1, 3)).sum(), net)
    assert [graph[i].parameter for i in graph.leaves].count("a.weight = b.weight") == 1
    assert len(graph.leaves) == 3
    trace = backward_trace(net(torch.ones(1, 3)).sum(), net)
    assert len({arrival.node for arrival in trace}) == len(trace) == len(graph)


def test_a_leaf_that_the_network_does_not_know_has_its_shape_alone():
    net, images = seeded_net(), IMAGES.clone().requires_grad_()
    graph = autograd_graph(loss_of(net, images), net)
    assert Node("AccumulateGrad", None, (2, 1, 32, 32)) in graph
    assert "tensor (2, 1, 32, 32)" in repr(graph)
    assert {node.parameter for node in autograd_graph(loss_of(net))} == {None}


@pytest.mark.parametrize("length", [300, 3 * sys.getrecursionlimit()])
def test_a_long_chain_is_walked(length):
    w = leaf()
    loss = w
    for _ in range(length):
        loss = loss + 1
    graph = autograd_graph(loss, {"w": w})
    assert len(graph) == length + 1 == len(graph.spine()) + 1
    trace = backward_trace(loss, {"w": w})
    assert len(trace) == length + 1
    assert trace[-1].norm == 1


def test_fifty_residual_layers_are_walked():
    layers = [nn.Linear(4, 4) for _ in range(50)]
    h = torch.ones(1, 4)
    for layer in layers:
        h = h + layer(h).relu()
    graph = autograd_graph(h.sum(), nn.ModuleList(layers))
    assert len(graph.leaves) == 100
    assert [graph[i].name for i in graph.spine()].count("AddBackward0") == 50


def test_a_function_with_several_outputs_and_a_sparse_gradient_are_told():
    table = nn.Embedding(5, 4, sparse=True)
    one, other = table(torch.tensor([1, 1])).split(2, dim=1)
    trace = backward_trace((one * other.detach() + other).sum(), table)
    leaves = [a for a in trace if trace.graph[a.node].is_leaf]
    assert [(a.shape, trace.graph[a.node].parameter) for a in leaves] == [((5, 4), "weight")]
    table.weight.grad = None
    one, other = table(torch.tensor([1, 1])).split(2, dim=1)
    (one * other.detach() + other).sum().backward()
    assert leaves[0].norm == pytest.approx(table.weight.grad.to_dense().norm().item())


def test_a_freed_graph_can_still_be_read():
    net = seeded_net()
    loss = loss_of(net)
    before = autograd_graph(loss, net)
    loss.backward()
    assert autograd_graph(loss, net) == before


def test_more_than_one_number_has_a_graph_too():
    assert autograd_graph(seeded_net()(IMAGES))[0].name == "AddmmBackward0"


# Left as it was.


def test_a_rehearsal_leaves_no_trace():
    net = seeded_net()
    net.conv1.bias.grad = kept = torch.ones(6)
    weights, random = copy.deepcopy(net.state_dict()), torch.get_rng_state()
    loss = loss_of(net)
    trace = backward_trace(loss, net)
    assert trace.changed == ()
    assert all(torch.equal(old, net.state_dict()[name]) for name, old in weights.items())
    assert torch.equal(torch.get_rng_state(), random)
    assert net.conv1.bias.grad is kept
    assert torch.equal(kept, torch.ones(6))
    assert net.fc1.weight.grad is None
    assert backward_trace(loss, net) == trace
    loss.backward()  # the graph has not been freed


def test_the_graph_is_not_watched_any_longer(monkeypatch):
    net = seeded_net()
    loss = loss_of(net)
    backward_trace(loss, net)
    module = sys.modules["course_utils.lessons.backprop.backward_trace"]
    monkeypatch.setattr(module, "_norm", lambda gradient: pytest.fail("seen"))
    loss.backward()


def test_gradients_are_put_back_even_after_an_error():
    net = seeded_net()
    net.conv1.bias.grad = torch.ones(6)
    loss = loss_of(net)
    loss.backward(inputs=[net.fc3.bias])
    with pytest.raises(ValueError, match="freed"):
        backward_trace(loss, net)
    assert torch.equal(net.conv1.bias.grad, torch.ones(6))


def test_a_hook_that_changes_a_weight_is_reported():
    w, v = leaf(2), leaf(2)
    w.register_hook(lambda grad: w.data.add_(1))
    assert backward_trace((w * v).sum(), {"w": w, "v": v}).changed == ("w (2,)",)


# Refused, or told.


@pytest.mark.parametrize("walk", [autograd_graph, backward_trace])
@pytest.mark.parametrize(
    ("make", "error", "says"),
    [
        (lambda net: loss_of(net).item(), TypeError, r"this is float: .*not loss\.item\(\)"),
        (lambda net: net.fc1.weight, ValueError, "it is a leaf, made by hand"),
        (lambda net: loss_of(net).detach(), ValueError, "no_grad.*detached.*Compute it again"),
        (lambda net: torch.tensor(1.0), ValueError, "from tensors that require no gradient"),
        (
            lambda net: loss_of(net.requires_grad_(False)),
            ValueError,
            r"none of the network's 10 parameters .*requires_grad_\(True\)",
        ),
    ],
)
def test_a_tensor_without_a_graph_is_refused_with_the_reason(walk, make, error, says):
    net = seeded_net()
    with pytest.raises(error, match=says):
        walk(make(net), net)


def test_a_freed_graph_cannot_be_rehearsed():
    net = seeded_net()
    loss = loss_of(net)
    loss.backward()
    with pytest.raises(ValueError, match=r"freed by an earlier backward.*retain_graph=True"):
        backward_trace(loss, net)


def test_another_error_of_the_backward_pass_stays_what_it_is():
    w = leaf(2)
    w.register_hook(lambda grad: torch.linalg.inv(torch.zeros(2, 2)))
    with pytest.raises(RuntimeError, match="singular"):
        backward_trace(w.sum())


def test_ten_numbers_are_no_loss():
    net = seeded_net()
    with pytest.raises(ValueError, match=r"shape \(2, 10\), 20 numbers.*\.mean\(\)"):
        backward_trace(net(IMAGES), net)


@pytest.mark.parametrize("spoilt", [float("nan"), float("inf")])
def test_a_loss_that_is_not_finite_is_told_as_it_is(spoilt):
    w = leaf(2)
    trace = backward_trace((w * spoilt).sum(), {"w": w})
    assert str(trace.loss) == str(spoilt)
    assert not torch.tensor(trace[-1].norm).isfinite()
    assert trace.changed == ()


def test_a_frozen_layer_has_no_leaf():
    net = seeded_net()
    net.conv1.requires_grad_(False)
    names = {node.parameter for node in autograd_graph(loss_of(net), net) if node.is_leaf}
    assert names == {name for name, _ in net.named_parameters()} - {"conv1.weight", "conv1.bias"}
