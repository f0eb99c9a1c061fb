"""What reading a graph costs, beside a plain recursive walk that names and lists what it meets."""

import sys

import pytest
import torch

from course_utils.lessons.backprop.backward_trace import backward_trace
from course_utils.lessons.backprop.graph import autograd_graph
from course_utils.network.lenet import Net
from tests.benchmarks.networks import residual_net
from tests.benchmarks.peers import ratio

NETS = {"Net": (Net, (1, 1, 32, 32)), "residual net": (residual_net, (1, 3, 64, 64))}
AT_MOST = 2.5  # the peer neither sorts its nodes nor makes records of them


@pytest.fixture(autouse=True)
def one_thread():
    torch.set_num_threads(1)


def made(name):
    make, shape = NETS[name]
    net = make().eval()
    return net, net(torch.ones(shape)).square().mean()


def plain_walk(loss, net):
    """Nodes with labels, and edges, by recursion: the usual way to a drawing of a graph."""
    names = {parameter: name for name, parameter in net.named_parameters()}
    nodes, edges = {}, []

    def visit(function):
        if function in nodes:
            return
        variable = getattr(function, "variable", None)
        label = function.name()
        if variable is not None:
            label = f"{names.get(variable)} ({', '.join(map(str, variable.shape))})"
        nodes[function] = label
        for following, _ in function.next_functions:
            if following is not None:
                edges.append((str(id(function)), str(id(following))))
                visit(following)

    visit(loss.grad_fn)
    return nodes, edges


@pytest.mark.parametrize("name", NETS)
def test_both_walks_find_the_same(name):
    net, loss = made(name)
    nodes, edges = plain_walk(loss, net)
    graph = autograd_graph(loss, net)
    assert len(graph) == len(nodes)
    assert len(graph.edges) == len(edges)
    assert sorted(map(_label, graph)) == sorted(nodes.values())


def _label(node):
    if node.is_leaf:
        return f"{node.parameter} ({', '.join(map(str, node.shape))})"
    return node.name


@pytest.mark.parametrize("name", NETS)
def test_a_graph(benchmark, name):
    net, loss = made(name)
    benchmark.pedantic(autograd_graph, (loss, net), rounds=60, warmup_rounds=5)


def test_a_watched_backward_pass(benchmark):
    net, loss = made("Net")
    benchmark.pedantic(backward_trace, (loss, net), rounds=30, warmup_rounds=3)


@pytest.mark.parametrize("name", NETS)
def test_a_graph_costs_little_more_than_a_plain_walk(name, record_property):
    net, loss = made(name)
    found = ratio(lambda: autograd_graph(loss, net), lambda: plain_walk(loss, net), turns=200)
    record_property("ratio", found)
    print(f"\nautograd_graph takes {found:.2f} times as long as a plain walk of {name}")
    assert found <= AT_MOST


def test_a_graph_deeper_than_recursion_is_read():
    depth = 2 * sys.getrecursionlimit()
    loss = torch.tensor(1.0, requires_grad=True)
    for _ in range(depth):
        loss = loss + 1
    assert len(autograd_graph(loss)) == depth + 1
    with pytest.raises(RecursionError):
        plain_walk(loss, Net())
