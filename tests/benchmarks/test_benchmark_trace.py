"""What a trace costs, beside torchinfo's summary of the same network; both must count alike."""

import pytest
import torch
import torchinfo
from torch import nn

from course_utils.network.lenet import Net
from course_utils.network.trace import trace
from tests.benchmarks.networks import residual_net
from tests.benchmarks.peers import ratio


def encoder() -> nn.Module:
    layer = nn.TransformerEncoderLayer(64, 4, 128, batch_first=True)
    return nn.TransformerEncoder(layer, 3)


NETS = {
    "Net": (Net, (1, 1, 32, 32)),
    "residual net": (residual_net, (1, 3, 64, 64)),
    "transformer encoder": (encoder, (1, 10, 64)),
}


@pytest.fixture(autouse=True)
def one_thread():
    torch.set_num_threads(1)


def summary(net: nn.Module, images: torch.Tensor):
    return torchinfo.summary(net, input_data=images, verbose=0)


@pytest.mark.parametrize("training", [True, False], ids=["train", "eval"])
@pytest.mark.parametrize("name", NETS)
def test_parameters_add_up_to_torchinfos(name, training):
    make, shape = NETS[name]
    net, images = make().train(training), torch.zeros(shape)
    mode = "train" if training else "eval"
    total = torchinfo.summary(net, input_data=images, verbose=0, mode=mode).total_params
    net.train(training)
    assert trace(net, images).parameters == total


@pytest.mark.parametrize("name", NETS)
def test_a_trace(benchmark, name):
    make, shape = NETS[name]
    net, images = make().eval(), torch.zeros(shape)
    benchmark.pedantic(trace, (net, images), rounds=20, warmup_rounds=2)


def test_a_trace_is_no_slower_than_torchinfo(record_property):
    net, images = Net(), torch.zeros(1, 1, 32, 32)
    found = ratio(lambda: trace(net, images), lambda: summary(net, images), turns=200)
    record_property("ratio", found)
    print(f"\ntrace takes {found:.2f} times as long as torchinfo.summary")
    assert found <= 1
