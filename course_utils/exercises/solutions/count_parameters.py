def count_trainable(net):
    total = 0
    for parameter in net.parameters():
        if parameter.requires_grad:
            total += parameter.numel()
    return total
