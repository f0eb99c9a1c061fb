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
    return values, made[-1].sum()


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
    leaves, loss = program
    graph = autograd_graph(loss, leaves)
    functions = reachable(loss.grad_fn, set())
    assert sorted(n.name for n in graph) == sorted(f.name().split("::")[-1] for f in functions)
    edges = [end for f in functions for end, _ in f.next_functions if end is not None]
    assert len(graph.edges) == len(edges)
    assert all(start < end for start, end in graph.edges)
    used = torch.autograd.grad(loss, list(leaves.values()), allow_unused=True)
    named = {name for name, grad in zip(leaves, used, strict=True) if grad is not None}
    assert {node.parameter for node in graph if node.is_leaf} == named
    path = graph.longest_path()
    assert path[0] == 0
    assert set(pairwise(path)) <= set(graph.edges)
    assert not any(graph[i].is_leaf for i in path)


@settings(max_examples=60, deadline=None)
@given(programs())
def test_what_arrives_is_what_autograd_says_and_is_sent_on_when_all_has_arrived(program):
    leaves, loss = program
    trace = backward_trace(loss, leaves)
    when = {arrival.node: time for time, arrival in enumerate(trace)}
    assert len(when) == len(trace) == len(trace.graph)
    assert all(when[start] < when[end] for start, end in trace.graph.edges)
    found = {trace.graph[a.node].parameter: a for a in trace if trace.graph[a.node].is_leaf}
    for name, arrival in found.items():
        [gradient] = torch.autograd.grad(loss, leaves[name], retain_graph=True)
        assert arrival.norm == pytest.approx(gradient.norm().item())
        assert arrival.shape == (2,)


numbers = st.integers(-16, 16).map(lambda n: n / 4)


@settings(max_examples=60, deadline=None)
@given(x=numbers, w=numbers, b=numbers, target=numbers)
def test_the_chain_by_hand_is_what_autograd_finds(x, w, b, target):
    def float64(value):
        return torch.tensor(value, dtype=torch.float64, requires_grad=True)

    values = {"w": float64(w), "x": float64(x), "b": float64(b)}
    values["product"] = values["w"] * values["x"]
    values["z"] = values["product"] + values["b"]
    values["output"] = values["z"].relu()
    values["error"] = values["output"] - target
    values["loss"] = values["error"] ** 2
    for value in values.values():
        value.retain_grad()
    values["loss"].backward()
    found = {link.of: link.value for link in chain(Neuron(x, w, b, target))}
    assert found == {name: value.grad.item() for name, value in values.items()}
    found[None] = 1.0
    for link in chain(Neuron(x, w, b, target)):
        assert link.value == pytest.approx(found[link.above] * link.by)


def test_no_two_numbers_of_the_lesson_s_neuron_can_be_mistaken():
    n = LESSON
    gradients = [n.loss_by_z, n.loss_by_w, n.loss_by_x]
    assert len({n.x, n.w, n.b, n.target, n.w * n.x, n.z, n.error, n.loss, *gradients}) == 11


def test_the_leaves_of_the_network_are_its_parameters():
    net = seeded_net()
    graph = autograd_graph(loss_of(net), net)
    found = {node.parameter: node.shape for node in graph if node.is_leaf}
    assert found == {name: tuple(p.shape) for name, p in net.named_parameters()}
    image = autograd_graph(loss_of(net, IMAGES.clone().requires_grad_()), net)
    assert Node("AccumulateGrad", None, (2, 1, 32, 32)) in image
    net.conv1.requires_grad_(False)
    names = {node.parameter for node in autograd_graph(loss_of(net), net) if node.is_leaf}
    assert names == set(found) - {"conv1.weight", "conv1.bias"}


def test_the_path_from_the_mean_squared_error_is_as_the_lesson_tells_it():
    net = seeded_net()
    graph = autograd_graph(nn.MSELoss()(net(IMAGES), torch.zeros(2, 10)), net)
    assert (len(graph), len(graph.edges), len(graph.longest_path())) == (26, 25, 13)
    assert [graph[i].label for i in graph.following()[1]] == [
        "fc3.bias (10,)",
        "ReluBackward0",
        "TBackward0",
    ]


def test_printed_it_is_a_table_without_addresses():
    w = leaf(3)
    text = repr(autograd_graph((w * w).sum(), {"w": w}))
    assert text.splitlines() == [
        "  0  SumBackward0  → 1",
        "  1  MulBackward0  → 2, 2",
        "  2  w (3,)",
    ]


def test_a_parameter_of_two_layers_is_one_leaf_with_both_names():
    a, b = nn.Linear(3, 3), nn.Linear(3, 3)
    b.weight = a.weight
    net = nn.ModuleDict({"a": a, "b": b})
    trace = backward_trace(b(a(a(torch.ones(1, 3)))).sum(), net)
    names = [trace.graph[i].parameter for i in trace.graph.leaves]
    assert sorted(names) == ["a.bias", "a.weight = b.weight", "b.bias"]
    assert len({arrival.node for arrival in trace}) == len(trace) == len(trace.graph)


def test_a_chain_longer_than_python_s_recursion_is_walked():
    w, length = leaf(), 3 * sys.getrecursionlimit()
    loss = w
    for _ in range(length):
        loss = loss + 1
    graph = autograd_graph(loss, {"w": w})
    assert len(graph) == length + 1 == len(graph.longest_path()) + 1
    assert backward_trace(loss, {"w": w})[-1].norm == 1


def test_a_function_with_several_outputs_is_told():
    w = leaf(4)
    one, other = w.split(2)
    trace = backward_trace((one * 3 + other * 4).sum(), {"w": w})
    split = [a for a in trace if trace.graph[a.node].name.startswith("Split")]
    assert [(a.shape, a.norm) for a in split] == [((2,), pytest.approx(50**0.5))]


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
    loss.backward()  # the graph was kept until now
    with pytest.raises(RuntimeError, match="second time"):
        backward_trace(loss, net)
    assert torch.equal(net.conv1.bias.grad, kept)


@pytest.mark.parametrize("walk", [autograd_graph, backward_trace])
@pytest.mark.parametrize("make", [lambda net: net.fc1.weight, lambda net: loss_of(net).detach()])
def test_a_tensor_without_a_graph_is_refused_with_the_reason(walk, make):
    net = seeded_net()
    with pytest.raises(ValueError, match=r"There is no graph .* or it was detached"):
        walk(make(net), net)
