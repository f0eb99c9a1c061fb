"""What a trace costs, beside torchinfo's summary of the same network; both must count alike."""

import pytest
import torch
import torchinfo
from peers import ratio
from torch import nn

from course_utils.core.define import Net
from course_utils.core.trace import trace


class Block(nn.Module):
    """A bottleneck block: three convolutions with batch norm, and the input added at the end."""

    def __init__(self, width_in: int, width: int, stride: int):
        super().__init__()
        sides = ((width_in, width, 1, 1), (width, width, 3, stride), (width, 4 * width, 1, 1))
        self.convs = nn.ModuleList(
            nn.Sequential(
                nn.Conv2d(into, out, side, step, side // 2, bias=False), nn.BatchNorm2d(out)
            )
            for into, out, side, step in sides
        )
        self.shortcut = nn.Sequential(
            nn.Conv2d(width_in, 4 * width, 1, stride, bias=False), nn.BatchNorm2d(4 * width)
        )

    def forward(self, x):
        out = self.convs[0](x).relu()
        out = self.convs[1](out).relu()
        return (self.convs[2](out) + self.shortcut(x)).relu()


def residual_net() -> nn.Module:
    """50 layers in 3 + 4 + 6 + 3 blocks, as in K. He and others, arXiv:1512.03385, table 1."""
    layers: list[nn.Module] = [nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64)]
    width_in = 64
    for width, count, stride in ((64, 3, 1), (128, 4, 2), (256, 6, 2), (512, 3, 2)):
        for i in range(count):
            layers.append(Block(width_in, width, stride if i == 0 else 1))
            width_in = 4 * width
    pool = [nn.AdaptiveAvgPool2d(1), nn.Flatten()]
    return nn.Sequential(*layers, *pool, nn.Linear(2048, 1000))


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
