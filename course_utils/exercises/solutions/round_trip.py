import torch


def by_file(net, fresh, path):
    torch.save(net.state_dict(), path)
    fresh.load_state_dict(torch.load(path, weights_only=True))
