import torch


def by_differences(function, x, h=1e-5):
    gradient = torch.zeros_like(x)
    for i in range(x.numel()):
        above, below = x.clone(), x.clone()
        above.view(-1)[i] += h
        below.view(-1)[i] -= h
        gradient.view(-1)[i] = (function(above) - function(below)) / (2 * h)
    return gradient
