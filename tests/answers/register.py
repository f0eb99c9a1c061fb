"""Answers to `register`."""

MINE = """
class Stack(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(4, 4) for _ in range(3)])
        self.scale = nn.Parameter(torch.ones(4))

    def forward(self, x):
        for layer in self.layers:
            x = F.relu(layer(x))
        return self.scale * x
"""
SCALE = "nn.Parameter(torch.ones(4))"
LAYERS = "nn.ModuleList([nn.Linear(4, 4) for _ in range(3)])"


def changed(old, new):
    assert old in MINE
    return MINE.replace(old, new)


RIGHT = {
    "three names": """
class Stack(nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(4))
        self.third, self.second, self.first = (nn.Linear(4, 4) for _ in range(3))

    def forward(self, x):
        for layer in (self.first, self.second, self.third):
            x = layer(x).relu()
        return x * self.scale
""",
    "a Sequential": changed(LAYERS, "nn.Sequential(*(nn.Linear(4, 4) for _ in range(3)))"),
    "registered by call": changed(
        "self.layers = " + LAYERS,
        "self.layers = [nn.Linear(4, 4) for _ in range(3)]\n"
        "        for i, layer in enumerate(self.layers): self.add_module(f'layer{i}', layer)",
    ),
}

WRONG = {
    "nothing_registered": changed(LAYERS, LAYERS[14:-1]).replace(SCALE, "torch.ones(4).float()"),
    "layers_invisible": changed(LAYERS, LAYERS[14:-1]),
    "layer_repeated": changed(LAYERS, "nn.ModuleList([nn.Linear(4, 4)] * 3)"),
    "other_layers": changed("range(3)", "range(2)"),
    "scale_is_plain": [
        changed(SCALE, "torch.ones(4)"),
        changed(SCALE, "torch.ones(4, requires_grad=True)"),
    ],
    "scale_is_buffer": changed(
        "self.scale = " + SCALE, "self.register_buffer('scale', torch.ones(4))"
    ),
    "too_many": changed(SCALE, SCALE + "\n        self.more = nn.Parameter(torch.ones(2))"),
    "frozen": changed(SCALE, "nn.Parameter(torch.ones(4), requires_grad=False)"),
    "other_scale": [
        changed(SCALE, "nn.Parameter(torch.ones(1))"),
        changed(SCALE, "nn.Parameter(torch.zeros(4))"),
    ],
    "other_result": [
        changed("F.relu(layer(x))", "layer(x)"),
        changed("return self.scale * x", "return x"),
        changed("self.scale * x", "self.scale + x"),
    ],
    "not_a_module": "Stack = [nn.Linear(4, 4)]",
}

STOPPED = {
    "AttributeError": changed("super().__init__()", "pass"),
    "NotImplementedError": changed("def forward", "def Forward"),
}

EQUAL = {}
