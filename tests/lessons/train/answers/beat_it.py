"""Answers to `beat_it`."""

import torch
import torch.nn.functional as F
from torch import optim

from course_utils.lessons.train.evaluation import evaluate_net
from course_utils.lessons.train.training import Recipe
from course_utils.network.digits import load_digits

SMALL = "nn.AvgPool2d(4), nn.Flatten(), nn.Linear(64, 10)"


def challenger(layers=SMALL, recipe="Recipe(epochs=1)"):
    return f"def challenger():\n    return nn.Sequential({layers}), {recipe}\n"


RIGHT = {
    "a class of one's own": """
class Mine(nn.Module):
    def __init__(self):
        super().__init__()
        self.one, self.two = nn.Conv2d(1, 16, 3), nn.Conv2d(16, 32, 3)
        self.norm, self.out = nn.LazyBatchNorm2d(), nn.LazyLinear(10)

    def forward(self, x):
        assert x.shape[1:] == (1, 32, 32)
        x = F.max_pool2d(self.two(self.one(F.avg_pool2d(x, 4)).relu()), 2)
        return self.out(self.norm(x).relu().flatten(1))

def challenger():
    return Mine, Recipe(epochs=2, momentum=0.5)
""",
    "a function that makes it of parts": """
def block(outputs):
    return nn.Sequential(nn.LazyConv2d(outputs, 3, bias=False), nn.LazyBatchNorm2d(), nn.GELU())

def make():
    return nn.Sequential(
        *(nn.AvgPool2d(4), block(16), nn.Dropout(0.0), block(32)),
        *(nn.MaxPool2d(2), nn.Flatten(), nn.LazyLinear(10)),
    )

def challenger():
    return [make, Recipe(2, momentum=0.7)]
""",
}


def _is_over_budget(answer):
    _, recipe = answer()
    steps = recipe.epochs * -(-1077 // recipe.batch_size)
    return not 1 <= recipe.epochs <= 8 or steps > 544 or recipe.reach > 0


def _has_too_many(answer):
    net, _ = answer()
    return not 0 < sum(parameter.numel() for parameter in net.parameters()) <= 61_706


def _has_learnt_before(answer):
    net, _ = answer()
    return (
        isinstance(net, torch.nn.Module) and evaluate_net(net.float(), load_digits()).accuracy > 0.5
    )


def _reads_too_few(answer):
    """Whether fewer than 708 of 720 other digits are read after a plain training on 1,077."""
    torch.manual_seed(2)
    (net, recipe), digits = answer(), load_digits()
    order = torch.randperm(len(digits.labels))
    images, labels = digits.images[order].double(), digits.labels[order]
    optimizer = optim.SGD(net.double().parameters(), recipe.learning_rate, recipe.momentum)
    for _ in range(recipe.epochs):
        for batch in torch.randperm(1077).split(recipe.batch_size):
            optimizer.zero_grad()
            F.cross_entropy(net(images[batch]), labels[batch]).backward()
            optimizer.step()
    answers = net.eval()(images[1077:]).argmax(dim=1)
    return int((answers == labels[1077:]).sum()) < 708


def _brings_no_recipe(answer):
    return type(answer()[1]) is not Recipe


WRONG = {
    "taught_before": (
        """
from course_utils.network.digits import load_digits
from course_utils.lessons.train.training import train_steps

def challenger():
    net = nn.Sequential(nn.AvgPool2d(4), nn.Flatten(), nn.Linear(64, 10))
    list(train_steps(net.float(), load_digits(), Recipe(epochs=1)))
    return net, Recipe(epochs=1, learning_rate=1e-6)
""",
        _has_learnt_before,
    ),
    "no_recipe": [
        (challenger(recipe="{'epochs': 5}"), _brings_no_recipe),
        (challenger(recipe="Recipe"), _brings_no_recipe),
    ],
    "over_budget": [
        (challenger(recipe="Recipe(epochs=9, batch_size=64)"), _is_over_budget),
        (challenger(recipe="Recipe(epochs=0)"), _is_over_budget),
        (challenger(recipe="Recipe(reach=1)"), _is_over_budget),
        (challenger(recipe="Recipe(batch_size=15)"), _is_over_budget),
        (challenger(recipe="Recipe(epochs=1, batch_size=1)"), _is_over_budget),
    ],
    "not_whole": challenger(recipe="Recipe(epochs=2.5)"),
    "not_a_number": challenger(recipe="Recipe(epochs=True)"),
    "too_large": [
        (
            challenger("nn.Flatten(), nn.Linear(1024, 60), nn.ReLU(), nn.Linear(60, 10)"),
            _has_too_many,
        ),
        (challenger("nn.AdaptiveAvgPool2d((1, 10)), nn.Flatten()"), _has_too_many),
        challenger(
            "nn.Conv2d(1, 40, 5), nn.ReLU(), nn.Conv2d(40, 40, 3), nn.AdaptiveAvgPool2d(3), "
            "nn.Flatten(), nn.Linear(360, 10)"
        ),
    ],
    "wrong_shape": [
        challenger("nn.AvgPool2d(4), nn.Flatten(), nn.Linear(64, 11)"),
        challenger("nn.Conv2d(1, 10, 32)"),
        challenger("nn.AvgPool2d(16), nn.Flatten(0), nn.Linear(8, 10)"),
    ],
    "not_several": [
        "def challenger(): return nn.Sequential(nn.Flatten(), nn.Linear(1024, 10))",
        "def challenger(): pass",
    ],
    "not_a_module": "def challenger(): return 'net', Recipe()",
    "not_a_function": "challenger = Recipe",
    "not_better": [
        (challenger(SMALL, "Recipe(epochs=1, learning_rate=1e-5)"), _reads_too_few),
        challenger(f"{SMALL}, nn.Softmax(dim=1)"),
        challenger(f"{SMALL}, nn.Linear(10, 10)", "Recipe(epochs=1, learning_rate=99)"),
        challenger(SMALL, "Recipe(epochs=2, batch_size=128)"),
        challenger(
            "nn.AvgPool2d(4), nn.Flatten(), nn.Linear(64, 40), nn.BatchNorm1d(40), nn.ReLU(), "
            "nn.Linear(40, 10)",
            "Recipe(epochs=4, momentum=0.5)",
        ),
    ],
}

STOPPED = {
    "RuntimeError": challenger("nn.AvgPool2d(4), nn.Flatten(), nn.Linear(63, 10)"),
    "TypeError": challenger("nn.AvgPool2d, nn.Flatten(), nn.Linear(64, 10)"),
    "ValueError": challenger(recipe="Recipe(batch_size=0)"),
    "NameError": challenger("Flatten(), nn.Linear(1024, 10)"),
}

LAYERS = [
    *("nn.AvgPool2d(4)", "nn.Conv2d(1, 16, 3, padding=1)", "nn.ReLU()", "nn.Conv2d(16, 32, 3)"),
    *("nn.MaxPool2d(2)", "nn.BatchNorm2d(32)", "nn.ReLU()", "nn.Flatten()"),
    "nn.Linear(32 * 3 * 3, 10)",
]


def instead(*layers):
    return f"7: nn.Sequential({', '.join(LAYERS)}) -> nn.Sequential({', '.join(layers)})"


def without(i):
    return instead(*LAYERS[:i], *LAYERS[i + 1 :])


def swapped(i):
    return instead(*LAYERS[:i], LAYERS[i + 1], LAYERS[i], *LAYERS[i + 2 :])


# What is asked is a network that reads well, not this one. These do.
EQUAL = {
    swapped(1): "one ReLU is left before the last layer",
    swapped(2): "a ReLU after both convolutions, and one before the last layer",
    swapped(4): "batch norm before the pooling keeps the scale as well",
    swapped(5): "batch norm after ReLU keeps the scale as well",
    swapped(6): "ReLU looks at each number alone, in rows as in images",
    without(2): "one ReLU is left before the last layer",
    without(6): "one ReLU and the pooling still bend the way through the network",
    "9: 3 -> 2": "a kernel of two by two is smaller, and wide enough",
    "11: 3 -> 2": "a kernel of two by two is smaller, and wide enough",
    "18: 2 -> 3": "one epoch more is within the budget",
    "18: Recipe(epochs=2, momentum=0.5) -> Recipe(epochs=2)": "momentum helps, and is not needed",
    "18: Recipe(epochs=2, momentum=0.5) -> Recipe(momentum=0.5)": "eight epochs are allowed",
}
