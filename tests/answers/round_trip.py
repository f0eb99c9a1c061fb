"""Answers to `round_trip`."""

MINE = """
def by_file(net, fresh, path):
    torch.save(net.state_dict(), path)
    fresh.load_state_dict(torch.load(path, weights_only=True))
"""
SAVE = "torch.save(net.state_dict(), path)"
LOAD = "fresh.load_state_dict(torch.load(path, weights_only=True))"


def save(new):
    return MINE.replace(SAVE, new)


def load(new):
    return MINE.replace(LOAD, new)


RIGHT = {
    "one tensor at a time, inside more than the weights": """
def by_file(net, fresh, path):
    torch.save({"epoch": 3, "weights": net.state_dict()}, path)
    read = torch.load(path)["weights"]
    with torch.no_grad():
        for name, tensor in fresh.state_dict().items():
            tensor.copy_(read[name])
    return fresh
""",
    "open files, and names of one's own": """
from torch import load, save as write

def by_file(net, fresh, path):
    with open(path, "wb") as file:
        write(net.state_dict(), file)
    with open(path, "rb") as file:
        state = load(file, map_location="cpu", weights_only=True)
    fresh.load_state_dict(state, assign=True)
""",
}

WRONG = {
    "network_saved": [
        save("torch.save(net, path)"),
        "def by_file(net, fresh, path):\n    torch.save(net, path)\n"
        "    fresh = torch.load(path, weights_only=False)",
        "def by_file(net, fresh, path):\n    torch.save(net, path)\n"
        "    state = torch.load(path, weights_only=False).state_dict()\n"
        "    fresh.load_state_dict(state)",
    ],
    "unsafe": [
        load("fresh.load_state_dict(torch.load(path, weights_only=False))"),
        load("fresh.load_state_dict(torch.load(path, weights_only=0))"),
    ],
    "no_file": [
        save("pass"),
        save("pass").replace(LOAD, "fresh.load_state_dict(net.state_dict())"),
        "def by_file(net, fresh, path): return net",
        "import io\n" + save("torch.save(net.state_dict(), path := io.BytesIO()); path.seek(0)"),
    ],
    "other_name": [
        save("path = path.with_suffix('.bin'); torch.save(net.state_dict(), path)"),
        save("path = f'{path}.pt'; torch.save(net.state_dict(), path)"),
    ],
    "written_elsewhere": [
        MINE.replace("(), path)", "(), 'net.pt')").replace("load(path", "load('net.pt'"),
        save("torch.save(net.state_dict(), path.parent / 'deeper' / path.name)"),
    ],
    "not_read": [
        load("fresh.load_state_dict(torch.load(path.with_name('net.pt')))"),
        load("pass"),
        load("fresh.load_state_dict(net.state_dict())"),
        "import pickle\n"
        + MINE.replace(SAVE, "path.write_bytes(pickle.dumps(net.state_dict()))").replace(
            "torch.load(path, weights_only=True)", "pickle.loads(path.read_bytes())"
        ),
        "import io\n"
        + load(
            "torch.save(net.state_dict(), other := io.BytesIO()); other.seek(0)\n"
            "    fresh.load_state_dict(torch.load(other))"
        ),
    ],
    "from_net": [
        load("torch.load(path); fresh.load_state_dict(net.state_dict())"),
        load("fresh.state_dict = lambda: torch.load(path); fresh = fresh.state_dict()"),
        "import copy\n"
        + MINE.replace(SAVE, "state = copy.deepcopy(net.state_dict()); " + SAVE).replace(
            LOAD, "torch.load(path); fresh.load_state_dict(state)"
        ),
    ],
    "into_itself": [
        load("net.load_state_dict(torch.load(path, weights_only=True))"),
        load("net.load_state_dict(torch.load(path)); fresh = net"),
    ],
    "not_loaded": [
        load("torch.load(path, weights_only=True)"),
        load("fresh = torch.load(path, weights_only=True)"),
        load("fresh.state_dict().update(torch.load(path, weights_only=True))"),
        save("torch.save(fresh.state_dict(), path)").replace(LOAD, "torch.load(path)"),
        load(
            "import copy; torch.load(path)\n"
            "    fresh = copy.deepcopy(fresh); fresh.load_state_dict(torch.load(path))"
        ),
    ],
    "buffers_forgotten": [
        load(
            "state = torch.load(path); del state['1.num_batches_tracked']\n"
            "    fresh.load_state_dict(state, strict=False)"
        ),
        MINE.replace("net.state_dict()", "dict(net.named_parameters())").replace(
            "weights_only=True)", "weights_only=True), strict=False"
        ),
        """
def by_file(net, fresh, path):
    torch.save(list(net.parameters()), path)
    with torch.no_grad():
        for mine, read in zip(fresh.parameters(), torch.load(path)):
            mine.copy_(read)
""",
    ],
    "shared": [
        load("torch.load(path); fresh.load_state_dict(net.state_dict(), assign=True)"),
        load("torch.load(path); fresh.__dict__ = net.__dict__"),
        load("net.load_state_dict(torch.load(path)); fresh[0] = net[0]"),
    ],
    "net_changed": [
        MINE + "    nn.init.zeros_(net[0].weight)\n",
        save("net[0].reset_parameters(); " + SAVE),
    ],
    "more_files": MINE + "    torch.save(net.state_dict(), path.with_name('copy.pt'))\n",
    "other_layers": load(
        "torch.load(path); fresh.append(nn.Linear(3, 3)); "
        "fresh.load_state_dict(torch.load(path), strict=False)"
    ),
    "other_weights": [
        load("fresh[0].load_state_dict({'weight': torch.load(path)['0.weight']}, strict=False)"),
        load("fresh.load_state_dict({n: t / 2 for n, t in torch.load(path).items()})"),
        save("torch.save(fresh.state_dict(), path)"),
        MINE + "    fresh.train()(torch.randn(8, 5))\n",
        MINE + "    fresh[3].reset_parameters()\n",
        load("torch.load(path); nn.init.zeros_(fresh[0].weight)"),
    ],
    "not_a_function": "by_file = nn.Module",
}

STOPPED = {
    "UnpicklingError": save("path.write_text('weights')"),
    "TypeError": MINE.replace("(net, fresh, path):", "(net, path):"),
    "RuntimeError": load("fresh[0].load_state_dict(torch.load(path, weights_only=True))"),
}

EQUAL = {
    "6: torch.load(path, weights_only=True) -> torch.load(path)": (
        "reading weights alone is the default of today's PyTorch"
    ),
}
