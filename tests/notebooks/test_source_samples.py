"""Every line of code of the tutorial, as it stood in 2020, runs in a lesson in today's form."""

import re

import pytest

from tests.support.lessons import PATHS, code_cells, read, text_cells

SAME = ""
RENAMED = "`input` is the name of a Python function; the lessons say `images`"

# Of each sample: the lesson; then each line of 2020, the line of today if it differs, and why.
SAMPLES = {
    "imports": (
        "01_define",
        [
            ("import torch", SAME, SAME),
            ("import torch.nn as nn", SAME, SAME),
            ("import torch.nn.functional as F", SAME, SAME),
        ],
    ),
    "the network": (
        "01_define",
        [
            ("class Net(nn.Module):", SAME, SAME),
            ("def __init__(self):", SAME, SAME),
            ("super(Net, self).__init__()", "super().__init__()", "Python 3 knows both"),
            ("self.conv1 = nn.Conv2d(1, 6, 5)", SAME, SAME),
            ("self.conv2 = nn.Conv2d(6, 16, 5)", SAME, SAME),
            ("self.fc1 = nn.Linear(16 * 5 * 5, 120)", SAME, SAME),
            ("self.fc2 = nn.Linear(120, 84)", SAME, SAME),
            ("self.fc3 = nn.Linear(84, 10)", SAME, SAME),
            ("def forward(self, x):", SAME, SAME),
            (
                "x = F.max_pool2d(F.relu(self.conv1(x)), (2, 2))",
                "x = F.max_pool2d(F.relu(self.conv1(x)), 2)",
                "one number for a square; a cell shows that the pair gives the same",
            ),
            ("x = F.max_pool2d(F.relu(self.conv2(x)), 2)", SAME, SAME),
            (
                "x = x.view(-1, self.num_flat_features(x))",
                "x = torch.flatten(x, 1)",
                "it says it in one, and a wrong size cannot hide in the -1",
            ),
            ("x = F.relu(self.fc1(x))", SAME, SAME),
            ("x = F.relu(self.fc2(x))", SAME, SAME),
            ("x = self.fc3(x)", "return self.fc3(x)", "one line for two"),
            ("return x", "return self.fc3(x)", "one line for two"),
        ],
    ),
    "pooling windows": (
        "01_define",
        [("F.max_pool2d(…, (2, 2))", "F.max_pool2d(maps, (2, 2))", "on the maps of one digit")],
    ),
    "flat features": (
        "01_define",
        [
            ("def num_flat_features(self, x):", "def num_flat_features(x):", "a function alone"),
            ("size = x.size()[1:] # all dimensions except the batch dimension", SAME, SAME),
            ("num_features = 1", SAME, SAME),
            ("for s in size:", SAME, SAME),
            ("num_features *= s", SAME, SAME),
            ("return num_features", SAME, SAME),
            (
                "x = x.view(-1, self.num_flat_features(x))",
                "s4.view(-1, num_flat_features(s4))",
                "beside `flatten`, to which it is compared",
            ),
        ],
    ),
    "print": ("01_define", [("net = Net()", SAME, SAME), ("print(net)", SAME, SAME)]),
    "parameters": (
        "02_parameters",
        [
            ("params = list(net.parameters())", SAME, SAME),
            ("print(len(params))", "len(params)", "a notebook shows the last value"),
            ("print(params[0].size()) # conv1's .weight", "params[0].size()", "the same"),
        ],
    ),
    "a random image": (
        "02_parameters",
        [
            (
                "input = torch.randn(1, 1, 32, 32, requires_grad=True)",
                "images = torch.randn(1, 1, 32, 32, requires_grad=True)",
                RENAMED,
            ),
            ("out = net(input)", "out = net(images)", RENAMED),
            ("print(out)", SAME, SAME),
            ("net.zero_grad()", SAME, SAME),
            ("out.backward(torch.randn(1, 10))", SAME, SAME),
            ("print(input.grad)", "images.grad[0, 0", "a corner as numbers, all as a picture"),
        ],
    ),
    "the loss": (
        "03_loss",
        [
            ("output = net(input)", "output = net(images)", RENAMED),
            ("target = torch.randn(10) # a dummy target, for example", SAME, SAME),
            ("target = target.view(1, -1) # make it the same shape as output", SAME, SAME),
            ("criterion = nn.MSELoss()", SAME, SAME),
            ("loss = criterion(output, target)", SAME, SAME),
            ("print(loss)", SAME, SAME),
        ],
    ),
    "backward": (
        "04_backprop",
        [
            ("net.zero_grad() #Nullgradient für alle Parameter", "net.zero_grad()", "in English"),
            ("print('conv1.bias.grad before backward')", SAME, SAME),
            ("print(net.conv1.bias.grad)", SAME, SAME),
            ("loss.backward()", SAME, SAME),
            ("print('conv1.bias.grad after backward')", SAME, SAME),
            ("print(net.conv1.bias.grad)", SAME, SAME),
        ],
    ),
    "update": (
        "05_update",
        [
            ("import torch.optim as optim", SAME, SAME),
            ("optimizer = optim.SGD(net.parameters(), lr=0.01)", SAME, SAME),
            ("optimizer.zero_grad() # zero the gradient buffers", SAME, SAME),
            ("output = net(input)", "output = net(images)", RENAMED),
            ("loss = criterion(output, target)", SAME, SAME),
            ("loss.backward()", SAME, SAME),
            ("optimizer.step() # Does the update", SAME, SAME),
        ],
    ),
}

# What the tutorial printed in 2020 and today's PyTorch does not: it stands in the lesson's text.
RESULTS_OF_2020 = {
    "02_parameters": ["-0.0769", "AddmmBackward>"],
    "03_loss": ["1.1126", "MseLossBackward>"],
    "04_backprop": ["-0.0033", "-0.0053", "[0., 0., 0., 0., 0., 0.]"],
}


def written(text: str) -> str:
    """A line without what does not matter: spaces and the kind of quotation marks."""
    return re.sub(r"\s+", "", text).replace("'", '"')


def missing(lines, code: str) -> list[str]:
    """The lines that the code does not hold in this order."""
    at, absent = 0, []
    for old, new, _ in lines:
        found = code.find(written(new or old), at)
        if found < 0:
            absent.append(new or old)
        elif not new.startswith("return"):
            at = found + 1
    return absent


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_of_the_tutorial_runs_in_its_lesson(name):
    lesson, lines = SAMPLES[name]
    [path] = [path for path in PATHS if path.stem == lesson]
    code = written("\n".join(cell.source for cell in code_cells(read(path))))
    assert missing(lines, code) == []


def test_every_change_has_its_reason():
    for _, lines in SAMPLES.values():
        assert all(bool(new) == bool(why) for _, new, why in lines)


@pytest.mark.parametrize("lesson", RESULTS_OF_2020)
def test_the_results_of_2020_stand_beside_todays(lesson):
    [path] = [path for path in PATHS if path.stem == lesson]
    text = "\n".join(cell.source for cell in text_cells(read(path)))
    for result in RESULTS_OF_2020[lesson]:
        assert result in text


def test_a_missing_or_misplaced_line_is_found():
    lines = [("a = 1", SAME, SAME), ("b = a", SAME, SAME)]
    assert missing(lines, written("a = 1\nb = a")) == []
    assert missing(lines, written("b = a\na = 1")) == ["b = a"]
    assert missing(lines, written("a = 2")) == ["a = 1", "b = a"]
