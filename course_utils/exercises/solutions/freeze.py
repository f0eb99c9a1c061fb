import torch.nn as nn


def freeze_convolutions(net):
    for module in net.modules():
        if isinstance(module, nn.Conv2d):
            module.requires_grad_(False)
