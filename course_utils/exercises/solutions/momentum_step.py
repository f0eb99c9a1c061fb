import torch


def my_momentum(parameters, velocities, learning_rate, momentum):
    with torch.no_grad():
        for parameter, velocity in zip(parameters, velocities, strict=True):
            velocity *= momentum
            velocity += parameter.grad
            parameter -= learning_rate * velocity
