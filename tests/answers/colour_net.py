"""Answers to `colour_net`."""

MINE = """
class ColourNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 8, 5)
        self.conv2 = nn.Conv2d(8, 16, 5)
        self.fc = nn.Linear(16 * 13 * 13, 5)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        return self.fc(torch.flatten(x, 1))
"""
END = "return self.fc(torch.flatten(x, 1))"


def changed(old, new):
    assert old in MINE
    return MINE.replace(old, new)


def ending(new):
    return changed(END, new)


RIGHT = {
    "a Sequential": """
ColourNet = nn.Sequential(
    nn.Conv2d(3, 4, 3, stride=2), nn.ReLU(), nn.Conv2d(4, 4, 3, stride=2), nn.ReLU(),
    nn.Flatten(), nn.Linear(4 * 15 * 15, 5),
)
""",
    "a size found out by itself": """
def ColourNet():
    return nn.Sequential(
        nn.Conv2d(3, 6, 5, padding=2), nn.BatchNorm2d(6), nn.Tanh(), nn.AvgPool2d(4),
        nn.Conv2d(6, 12, 5), nn.Dropout(), nn.Flatten(), nn.LazyLinear(30), nn.ReLU(),
        nn.Linear(30, 5),
    )
""",
    "with view and a mean over places": """
class ColourNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.convs = nn.ModuleList([nn.Conv2d(3, 8, 3), nn.Conv2d(8, 8, 3), nn.Conv2d(8, 5, 3)])

    def forward(self, x):
        for conv in self.convs[:-1]:
            x = F.relu(conv(x))
        return self.convs[-1](x).mean(dim=(2, 3)).view(-1, 5)
""",
    "deep": """
ColourNet = nn.Sequential(
    nn.Conv2d(3, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
    nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
    nn.Conv2d(32, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
    nn.Conv2d(32, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
    nn.Flatten(), nn.Linear(512, 64), nn.ReLU(), nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 5),
)
""",
}

WRONG = {
    "nothing_returned": ending("self.fc(torch.flatten(x, 1))"),
    "batch_lost": [ending("return self.fc(torch.flatten(x, 1)).sum(0)"), ending("return x")],
    "other_classes": changed("13, 5)", "13, 10)"),
    "too_few_convolutions": """
ColourNet = nn.Sequential(nn.Conv2d(3, 4, 5), nn.ReLU(), nn.Flatten(), nn.Linear(4 * 60 * 60, 5))
""",
    "layers_unknown": MINE.replace("nn.Conv2d(8, 16, 5)", "[nn.Conv2d(8, 16, 5)]").replace(
        "self.conv2(x)", "self.conv2[0](x)"
    ),
    "layers_unused": changed("self.fc = nn", "self.spare = nn.Linear(2, 2); self.fc = nn"),
    "softmax": [
        ending("return self.fc(torch.flatten(x, 1)).softmax(dim=1)"),
        ending("return F.log_softmax(self.fc(torch.flatten(x, 1)), dim=1)"),
    ],
    "squashed": [
        ending("return F.relu(self.fc(torch.flatten(x, 1)))"),
        ending("return torch.sigmoid(self.fc(torch.flatten(x, 1)))"),
    ],
    "images_mixed": ending("x = torch.flatten(x, 1)\n        return self.fc(x - x.mean(dim=0))"),
    "image_ignored": ending("return self.fc(torch.flatten(0 * x, 1))"),
    "no_nonlinearity": """
ColourNet = nn.Sequential(
    nn.Conv2d(3, 8, 5), nn.AvgPool2d(2), nn.Conv2d(8, 16, 5), nn.AvgPool2d(2),
    nn.Flatten(), nn.Linear(16 * 13 * 13, 5),
)
""",
}

STOPPED = {
    "RuntimeError": changed("nn.Conv2d(3, 8", "nn.Conv2d(1, 8"),
    "AttributeError": changed("super().__init__()", "pass"),
    "TypeError": changed("def __init__(self):", "def __init__(self, classes):"),
}

_OTHER = "another network, and one that does what the task asks"
EQUAL = {
    "9: 5 -> 4": f"a kernel of 4 leaves maps of 13 by 13 too: {_OTHER}",
    "10: 5 -> 4": f"a kernel of 4 leaves maps of 13 by 13 too: {_OTHER}",
    "14: F.relu(self.conv1(x)) -> self.conv1(x)": f"the other steps stay nonlinear: {_OTHER}",
    "15: F.relu(self.conv2(x)) -> self.conv2(x)": f"the other steps stay nonlinear: {_OTHER}",
}
