"""Networks of other builds than the course's, for benchmarks and tests of robustness."""

from torch import nn


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
