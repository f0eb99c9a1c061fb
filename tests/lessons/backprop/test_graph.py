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
from course_utils.lessons.backprop.chain_rule import LESSON, chain
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
    path = graph.longest_path()
    assert set(pairwise(path)) <= set(graph.edges)
    assert path[0] == 0
    assert not any(graph[i].is_leaf for i in path)


@settings(max_examples=60, deadline=None)
@given(programs())
def test_what_arrives_is_what_autograd_says(program):
    leaves, _, loss = program
    trace = backward_trace(loss, leaves)
    assert len(trace) == len(trace.graph)
    assert [a.node for a in trace if not a.node] == [0]
    found = {trace.graph[a.node].parameter: a for a in trace if trace.graph[a.node].is_leaf}
    for name, arrival in found.items():
        [gradient] = torch.autograd.grad(loss, leaves[name], retain_graph=True)
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
def test_the_chain_by_hand_is_what_autograd_finds(x, w, b, target):
    w_, x_, b_ = (
        torch.tensor(value, dtype=torch.float64, requires_grad=True) for value in (w, x, b)
    )
    values = {"product": w_ * x_, "w": w_, "x": x_, "b": b_}
    values["z"] = values["product"] + b_
    values["output"] = values["z"].relu()
    values["error"] = values["output"] - target
    values["loss"] = values["error"] ** 2
    for value in values.values():
        value.retain_grad()
    values["loss"].backward()
    links = chain(Neuron(x, w, b, target))
    assert {link.of: link.value for link in links} == {n: v.grad.item() for n, v in values.items()}
    found = {link.of: link.value for link in links} | {None: 1.0}
    assert all(link.value == pytest.approx(found[link.above] * link.by) for link in links)


def test_no_two_gradients_of_the_lesson_s_neuron_can_be_mistaken():
    n = LESSON
    numbers = [n.w * n.x, n.z, n.error, n.loss, n.loss_by_z, n.loss_by_w, n.loss_by_x]
    assert len({n.x, n.w, n.b, n.target, *numbers}) == 11


# The network.


def test_the_leaves_of_the_network_are_its_parameters():
    net = seeded_net()
    graph = autograd_graph(loss_of(net), net)
    found = {node.parameter: node.shape for node in graph if node.is_leaf}
    assert found == {name: tuple(p.shape) for name, p in net.named_parameters()}
    assert len(graph.leaves) == 10


def test_the_path_from_the_mean_squared_error_is_as_the_lesson_tells_it():
    net = seeded_net()
    loss = nn.MSELoss()(net(IMAGES), torch.zeros(2, 10))
    graph = autograd_graph(loss, net)
    assert (len(graph), len(graph.edges)) == (26, 25)
    assert [graph[i].label for i in graph.following()[1]] == [
        "fc3.bias (10,)",
        "ReluBackward0",
        "TBackward0",
    ]
    assert len(graph.longest_path()) == 13


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


def test_a_chain_longer_than_python_s_recursion_is_walked():
    w = leaf()
    loss = w
    for _ in range(3 * sys.getrecursionlimit()):
        loss = loss + 1
    graph = autograd_graph(loss, {"w": w})
    assert len(graph) == 3 * sys.getrecursionlimit() + 1 == len(graph.longest_path()) + 1
    assert backward_trace(loss, {"w": w})[-1].norm == 1


def test_fifty_residual_layers_are_walked():
    layers = [nn.Linear(4, 4) for _ in range(50)]
    h = torch.ones(1, 4)
    for layer in layers:
        h = h + layer(h).relu()
    graph = autograd_graph(h.sum(), nn.ModuleList(layers))
    assert len(graph.leaves) == 100
    assert [graph[i].name for i in graph.longest_path()].count("AddBackward0") == 50


def test_a_function_with_several_outputs_is_told():
    w = leaf(4)
    one, other = w.split(2)
    trace = backward_trace((one * 3 + other * 4).sum(), {"w": w})
    split = [a for a in trace if trace.graph[a.node].name.startswith("Split")]
    assert [(a.shape, a.norm) for a in split] == [((2,), pytest.approx(50**0.5))]


def test_more_than_one_number_has_a_graph_too():
    assert autograd_graph(seeded_net()(IMAGES))[0].name == "AddmmBackward0"


# Left as it was.


def test_a_rehearsal_leaves_no_trace():
    net = seeded_net()
    net.conv1.bias.grad = kept = torch.ones(6)
    weights, random = copy.deepcopy(net.state_dict()), torch.get_rng_state()
    loss = loss_of(net)
    trace = backward_trace(loss, net)
    assert all(torch.equal(old, net.state_dict()[name]) for name, old in weights.items())
    assert torch.equal(torch.get_rng_state(), random)
    assert net.conv1.bias.grad is kept
    assert torch.equal(kept, torch.ones(6))
    assert net.fc1.weight.grad is None
    assert backward_trace(loss, net) == trace
    loss.backward()  # the graph has not been freed


def test_gradients_are_put_back_even_after_an_error():
    net = seeded_net()
    net.conv1.bias.grad = torch.ones(6)
    loss = loss_of(net)
    loss.backward(inputs=[net.fc3.bias])
    with pytest.raises(RuntimeError, match="second time"):
        backward_trace(loss, net)
    assert torch.equal(net.conv1.bias.grad, torch.ones(6))


# Refused.


@pytest.mark.parametrize("walk", [autograd_graph, backward_trace])
@pytest.mark.parametrize(
    ("make", "error", "says"),
    [
        (lambda net: loss_of(net).item(), TypeError, r"this is float: .*not loss\.item\(\)"),
        (lambda net: net.fc1.weight, ValueError, "it was not computed"),
        (lambda net: loss_of(net).detach(), ValueError, "or it was detached"),
        (lambda net: loss_of(net.requires_grad_(False)), ValueError, "requires a gradient"),
    ],
)
def test_a_tensor_without_a_graph_is_refused_with_the_reason(walk, make, error, says):
    net = seeded_net()
    with pytest.raises(error, match=says):
        walk(make(net), net)


def test_a_frozen_layer_has_no_leaf():
    net = seeded_net()
    net.conv1.requires_grad_(False)
    names = {node.parameter for node in autograd_graph(loss_of(net), net) if node.is_leaf}
    assert names == {name for name, _ in net.named_parameters()} - {"conv1.weight", "conv1.bias"}
