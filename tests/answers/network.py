"""Answers to `network`."""

LAYERS = """
class MyNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(16 * 5 * 5, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, 10)
"""
FORWARD = """
    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = torch.flatten(x, 1)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return self.fc3(x)
"""
MINE = LAYERS + FORWARD


def changed(old, new):
    assert old in MINE
    return MINE.replace(old, new)


RIGHT = {
    "a Sequential": """
MyNet = nn.Sequential(
    nn.Conv2d(1, 6, 5), nn.ReLU(), nn.MaxPool2d(2),
    nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
    nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10),
)
""",
    "view and other names": """
class MyNet(nn.Module):
    def __init__(self):
        super(MyNet, self).__init__()
        self.out = nn.Linear(84, 10)
        self.c1, self.c3 = nn.Conv2d(1, 6, (5, 5)), nn.Conv2d(6, 16, (5, 5))
        self.f = nn.ModuleList([nn.Linear(400, 120), nn.Linear(120, 84)])
        self.relu = nn.ReLU()

    def forward(self, images):
        x = self.relu(F.max_pool2d(self.c1(images), (2, 2)))
        x = self.relu(F.max_pool2d(self.c3(x), (2, 2)))
        x = x.view(x.size(0), -1)
        for layer in self.f:
            x = torch.relu(layer(x))
        return self.out(x)
""",
    "reshape": changed("torch.flatten(x, 1)", "x.reshape(len(x), 400)"),
    "a function that makes it": MINE.replace("class MyNet", "class Any")
    + "\nMyNet = lambda: Any()",
}

WRONG = {
    "relu_missing": [
        changed("F.relu(self.conv1(x))", "self.conv1(x)"),
        changed("x = F.relu(self.fc2(x))", "x = self.fc2(x)"),
        MINE.replace("F.relu", ""),
    ],
    "relu_on_scores": changed("return self.fc3(x)", "return F.relu(self.fc3(x))"),
    "softmax": [
        changed("return self.fc3(x)", "return self.fc3(x).softmax(1)"),
        changed("return self.fc3(x)", "return F.log_softmax(self.fc3(x), dim=1)"),
    ],
    "mean_pooled": MINE.replace("max_pool", "avg_pool"),
    "no_relu": MINE.replace("F.relu", "torch.tanh"),
    "nothing_returned": changed("return self.fc3(x)", "x = self.fc3(x)"),
    "parameters_missing": [
        changed("nn.Linear(84, 10)", "nn.Linear(84, 10, bias=False)"),
        LAYERS.replace("nn.Linear(16 * 5 * 5, 120)", "[nn.Linear(16 * 5 * 5, 120)]")
        + FORWARD.replace("self.fc1(x)", "self.fc1[0](x)"),
    ],
    "other_sizes": [
        MINE.replace("84", "64"),
        MINE.replace("16", "12"),
        changed("self.fc3 = nn", "self.spare = nn.Linear(2, 2); self.fc3 = nn"),
    ],
    "other_scores": [
        changed("torch.flatten(x, 1)", "torch.flatten(x.transpose(2, 3), 1)"),
        changed("return self.fc3(x)", "return self.fc3(x) * 2"),
    ],
    "wrong_shape": changed("return self.fc3(x)", "return self.fc3(x)[0]"),
    "not_a_module": "MyNet = 61706",
}

STOPPED = {
    "AttributeError": changed("super().__init__()", "pass"),
    "RuntimeError": changed("16 * 5 * 5", "16 * 4 * 4"),
    "NotImplementedError": changed("def forward", "def forwards"),
}

EQUAL = {}
