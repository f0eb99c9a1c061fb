"""Answers to `network`."""

from functools import partial

import torch

from tests.support import networks
from tests.support.edits import edited

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
END = "return self.fc3(x)"
changed = partial(edited, MINE)


SEQUENTIAL = """
MyNet = nn.Sequential(
    nn.Conv2d(1, 6, 5), nn.ReLU(), nn.MaxPool2d(2),
    nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
    nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10),
)
"""

RIGHT = {
    "a Sequential": SEQUENTIAL,
    "view and other names": """
class MyNet(nn.Module):
    def __init__(self):
        super(MyNet, self).__init__()
        self.out = nn.Linear(84, 10)
        self.c1, self.c3 = nn.Conv2d(1, 6, (5, 5)), nn.Conv2d(6, 16, (5, 5))
        self.f = nn.ModuleList([nn.Linear(400, 120), nn.Linear(120, 84)])
        self.relu = nn.ReLU()

    def forward(self, images):
        assert images.shape[1:] == (1, 32, 32) and 0 <= images.min() and images.max() <= 1
        x = self.relu(F.max_pool2d(self.c1(images), (2, 2)))
        x = self.relu(F.max_pool2d(self.c3(x), (2, 2)))
        x = x.view(x.size(0), -1)
        for layer in self.f:
            x = torch.relu(layer(x))
        return self.out(x)
""",
    "reshape": changed("torch.flatten(x, 1)", "x.reshape(len(x), 400)"),
    "F5 as a convolution, as in the paper": MINE.replace(
        "nn.Linear(16 * 5 * 5, 120)", "nn.Conv2d(16, 120, 5)"
    ).replace(
        "x = torch.flatten(x, 1)\n        x = F.relu(self.fc1(x))",
        "x = torch.flatten(F.relu(self.fc1(x)), 1)",
    ),
    "convolutions alone": edited(
        SEQUENTIAL,
        *(" nn.Flatten(),", "", "10),\n)", "10, 1), nn.Flatten())"),
        *("Linear(400, 120", "Conv2d(16, 120, 5", "Linear(120, 84", "Conv2d(120, 84, 1"),
        *("Linear(84", "Conv2d(84"),
    ),
    "lazy layers, used before": edited(
        SEQUENTIAL,
        *(
            "nn.Conv2d(1, ",
            "nn.LazyConv2d(",
            "nn.Conv2d(6, ",
            "nn.LazyConv2d(",
            "Linear(400, ",
            "LazyLinear(",
        ),
        *("Linear(120, ", "LazyLinear(", "Linear(84, ", "LazyLinear("),
    ),
    "weights of one's own": MINE.replace(
        "self.fc3 = nn.Linear(84, 10)",
        "self.weight = nn.Parameter(torch.randn(84, 10))\n"
        "        self.bias = nn.Parameter(torch.zeros(10))",
    ).replace("self.fc3(x)", "x @ self.weight + self.bias"),
    "it keeps what it has seen": MINE.replace(
        END, "self.last = self.fc3(x)\n        return self.last"
    )
    + "\nMyNet = MyNet()\nMyNet(torch.rand(1, 1, 32, 32))",
    "a function that makes it": MINE.replace("class MyNet", "class Any")
    + "\nMyNet = lambda: Any()",
    "ReLU in place, and once more": MINE.replace("F.relu(self.fc1(x))", "self.fc1(x).relu_()")
    .replace("x = torch.flatten", "x = x.clamp(min=0)\n        x = torch.flatten")
    .replace("F.relu(self.fc2(x))", "self.fc2(x).clamp(min=0)"),
}


IMAGES = torch.rand(2, 1, 32, 32)
_loses_the_batch = networks.gives_other_shapes(IMAGES[:1], 10)
_changes = networks.changes_from_call_to_call(IMAGES)
_replaces_layers = networks.replaces_layers(IMAGES)
_misses_gradients = networks.misses_gradients(IMAGES)
_changes_the_images = networks.changes_the_images(IMAGES)
_counts = networks.has_parameters


def _has_other_sizes(answer):
    return not _counts(61_706)(answer)


NO_GRAD = """
    @torch.no_grad()
    def forward"""
IN_FORWARD = """
class MyNet(nn.Module):
    def forward(self, x):
        x = F.max_pool2d(F.relu(nn.Conv2d(1, 6, 5)(x)), 2)
        x = F.max_pool2d(F.relu(nn.Conv2d(6, 16, 5)(x)), 2)
        x = F.relu(nn.Linear(400, 120)(torch.flatten(x, 1)))
        return nn.Linear(84, 10)(F.relu(nn.Linear(120, 84)(x)))
"""

WRONG = {
    "relu_missing": [
        changed("F.relu(self.conv1(x))", "self.conv1(x)"),
        changed("x = F.relu(self.fc2(x))", "x = self.fc2(x)"),
        MINE.replace("F.relu", ""),
    ],
    "other_function": [
        MINE.replace("F.relu", "F.relu6"),
        MINE.replace("F.relu", "nn.LeakyReLU()"),
        MINE.replace("F.relu(", "torch.sigmoid("),
    ],
    "relu_on_scores": changed(END, "return torch.clamp(self.fc3(x), min=0)"),
    "softmax": changed(END, "return nn.Softmax(dim=-1)(self.fc3(x))"),
    "log_softmax": changed(END, "return self.fc3(x).softmax(1).log()"),
    "mean_pooled": MINE.replace("max_pool", "avg_pool"),
    "first_pooled": MINE.replace("F.max_pool2d(F.relu(", "F.relu((")
    .replace(", 2)\n", ")\n")
    .replace("6, 5)", "6, 5, stride=2)")
    .replace("16, 5)", "16, 5, stride=2)"),
    "parameters_missing": [
        (changed("nn.Linear(84, 10)", "nn.Linear(84, 10, bias=False)"), _counts(61_696)),
        (changed("nn.Conv2d(1, 6, 5)", "nn.Conv2d(1, 6, 5, bias=False)"), _counts(61_700)),
        (
            MINE.replace("x = F.relu(self.fc2(x))", "x = x[:, :84]").replace(
                "self.fc2 = nn.Linear(120, 84)", "pass"
            ),
            _counts(61_706 - 10_164),
        ),
    ],
    "layers_unknown": (
        LAYERS.replace("nn.Linear(16 * 5 * 5, 120)", "[nn.Linear(16 * 5 * 5, 120)]")
        + FORWARD.replace("self.fc1(x)", "self.fc1[0](x)"),
        _counts(61_706 - 48_120),
    ),
    "layers_unused": changed("self.fc3 = nn", "self.spare = nn.LazyLinear(10); self.fc3 = nn"),
    "other_sizes": [
        (MINE.replace("84", "64"), _has_other_sizes),
        (MINE.replace("16", "12"), _has_other_sizes),
        changed("self.fc3 = nn", "self.spare = nn.Linear(2, 2); self.fc3 = nn"),
        changed("self.fc3 = nn", "self.spare = nn.Linear(84, 10); self.fc3 = nn"),
    ],
    "made_in_forward": [
        (changed(END, "self.fc3 = nn.Linear(84, 10)\n        " + END), _replaces_layers),
    ],
    "new_each_time": [
        (IN_FORWARD, _changes),
        (changed(END, "return self.fc3(F.dropout(x))"), _changes),
        (
            MINE.replace(
                "self.fc3 = nn", "self.drop = nn.Dropout()\n        self.fc3 = nn"
            ).replace(END, "return self.fc3(self.drop(x))"),
            _changes,
        ),
    ],
    "differs": [
        changed("torch.flatten(x, 1)", "torch.flatten(x.transpose(2, 3), 1)"),
        changed(END, "return self.fc3(x)[:3]"),
        changed(END, "return self.fc3(x) * 2"),
        changed(END, "return self.fc3(x).softmax(0)"),
        changed(END, "return self.fc3(x) if self.training else self.fc3(x).softmax(1)"),
        changed("F.relu(self.fc1(x))", "self.fc1(x).clamp(0, 5)"),
        changed("F.relu(self.fc1(x))", "torch.tanh(self.fc1(x))"),
        changed("F.relu(self.conv1(x))", "self.conv1(x).abs()"),
        changed("x = F.relu(self.fc2(x))", "x = F.relu(self.fc2(F.normalize(x)))"),
        changed(END, "return self.fc3(x) - self.fc3(x).mean(0)"),
        changed("x = torch.flatten", "x = x.flip(0)\n        x = torch.flatten"),
    ],
    "batch_lost": [
        (changed(END, "return self.fc3(x)[0]"), _loses_the_batch),
        (changed(END, "return self.fc3(x).squeeze()"), _loses_the_batch),
        (changed("torch.flatten(x, 1)", "torch.flatten(x)"), _loses_the_batch),
    ],
    "call_replaced": MINE.replace("def forward", "def __call__"),
    "other_classes": [changed(END, "return x"), changed(END, "return self.fc3(x).argmax(1)")],
    "frozen": (
        changed("self.fc3 = nn", "self.conv1.requires_grad_(False)\n        self.fc3 = nn"),
        networks.is_frozen,
    ),
    "no_gradient": [
        (MINE.replace("\n    def forward", NO_GRAD), _misses_gradients),
        (changed(END, "return self.fc3(x.detach())"), _misses_gradients),
        (changed(END, "return self.fc3(x).detach()"), _misses_gradients),
        (changed(END, "return self.fc3(x).data"), _misses_gradients),
    ],
    "mode_left": changed(END, "torch.set_grad_enabled(False)\n        " + END),
    "input_changed": (
        changed(
            "    x = F.max_pool2d(F.relu(self.conv1(x)), 2)",
            "    x -= x.mean()\n" + " " * 8 + "x = F.max_pool2d(F.relu(self.conv1(x)), 2)",
        ),
        _changes_the_images,
    ),
    "not_a_tensor": [
        changed(END, "x = self.fc3(x)"),
        changed(END, "return self.fc3(x), x"),
        changed(END, "return self.fc3(x).tolist()"),
    ],
    "not_finite": changed(END, "return self.fc3(x) / 0"),
    "not_a_module": [
        "MyNet = 61706",
        MINE.replace("MyNet(nn.Module)", "MyNet").replace("super().__init__()", "pass"),
    ],
}

STOPPED = {
    "AttributeError": changed("super().__init__()", "pass"),
    "RuntimeError": changed("16 * 5 * 5", "16 * 4 * 4"),
    "NotImplementedError": changed("def forward", "def forwards"),
    "TypeError": changed("def forward(self, x)", "def forward(x)"),
}

EQUAL = {}
