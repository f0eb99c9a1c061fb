import torch


def my_adam(parameters, means, squares, n, learning_rate):
    with torch.no_grad():
        for parameter, mean, square in zip(parameters, means, squares, strict=True):
            mean.copy_(0.9 * mean + 0.1 * parameter.grad)
            square.copy_(0.999 * square + 0.001 * parameter.grad**2)
            root = (square / (1 - 0.999**n)).sqrt()
            parameter -= learning_rate * (mean / (1 - 0.9**n)) / (root + 1e-8)
