"""Answers to `beat_it`: honest ones, and all the ways of peeking that we could think of."""

MINE = """
def challenger():
    net = nn.Sequential(
        nn.AvgPool2d(4),
        nn.Conv2d(1, 16, 3, padding=1), nn.BatchNorm2d(16), nn.ReLU(),
        nn.Conv2d(16, 32, 3), nn.BatchNorm2d(32), nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(288, 10),
    )
    return net, Recipe(epochs=4)
"""
RECIPE = "Recipe(epochs=4)"
RETURN = f"    return net, {RECIPE}\n"

ALL_DIGITS = """
from course_utils.network.digits import load_digits

ALL = load_digits()

def look_up(images):
    distances = torch.cdist(images.flatten(1).float(), ALL.images.flatten(1))
    return nn.functional.one_hot(ALL.labels[distances.argmin(dim=1)], 10).to(images) * 9.0
"""
PLAIN = """
def challenger():
    net = nn.Sequential(nn.Flatten(), nn.Linear(1024, 10))
    return net, Recipe(epochs=1)
"""
LENET = """
def challenger():
    net = nn.Sequential(
        nn.Conv2d(1, 6, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10),
    )
    return net, Recipe()
"""


def changed(*pairs, source=MINE):
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        assert old in source
        source = source.replace(old, new)
    return source


def recipe(numbers):
    return changed(RECIPE, f"Recipe({numbers})")


def net(layers, numbers="epochs=1"):
    return f"def challenger():\n    return nn.Sequential({layers}), Recipe({numbers})\n"


def peeking(old, new, source=PLAIN):
    return ALL_DIGITS + changed(old, new, source=source)


RIGHT = {
    "in parts, with other numbers": """
def block(inputs, outputs, padding):
    convolution = nn.Conv2d(inputs, outputs, 3, padding=padding, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(outputs), nn.LeakyReLU())

def challenger():
    body = nn.Sequential(nn.AvgPool2d(4), block(1, 20, 1), block(20, 36, 0), nn.MaxPool2d(2))
    return [nn.Sequential(body, nn.Flatten(), nn.Linear(324, 10)), Recipe(6, 0.08)]
""",
    "without a first pooling: steps of four": changed(
        "        nn.AvgPool2d(4),\n",
        "",
        "nn.Conv2d(1, 16, 3, padding=1)",
        "nn.Conv2d(1, 16, 12, stride=4, padding=4)",
    ),
}

WRONG = {
    # Peeking: the digits of the examination are in the answer, or it goes and fetches them.
    "own_code": [
        net("nn.Flatten(), nn.utils.parametrizations.weight_norm(nn.Linear(1024, 10))"),
        net("nn.Flatten(), nn.LazyLinear(10)"),
        "def challenger():\n    net = nn.Sequential(nn.Flatten(), nn.Linear(1024, 10))\n"
        "    net._modules['2'] = None\n    return net, Recipe(epochs=1)",
        ALL_DIGITS
        + """
class Lookup(nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(1))

    def forward(self, images):
        return look_up(images) * self.scale

def challenger():
    return Lookup(), Recipe(epochs=1)
""",
        peeking(
            "nn.Sequential(nn.Flatten(),",
            "type('Flatten', (nn.Flatten,), {'forward': lambda self, x: look_up(x)})()\n"
            "    net = nn.Sequential(net, nn.Linear(10, 10)); _ = (",
        ),
        peeking(
            "nn.Sequential(nn.Flatten(), nn.Linear(1024, 10))",
            "type('Net', (nn.Sequential,), {'forward': lambda self, x: look_up(x)})(\n"
            "        nn.Flatten(), nn.Linear(1024, 10))",
        ),
        net("nn.Embedding(1797, 10)"),
        "class Net(nn.Linear):\n    pass\n\n" + net("nn.Flatten(), Net(1024, 10)"),
        "def challenger():\n    return 'net', Recipe()",
        "from course_utils.network.lenet import Net\n\n"
        "def challenger():\n    return Net(), Recipe()",
    ],
    "hooked": [
        """
def challenger():
    net = nn.Sequential(nn.AvgPool2d(4), nn.Flatten(), nn.Linear(64, 10))
    net[2].register_forward_pre_hook(lambda layer, inputs: None)
    return net, Recipe(epochs=1)
""",
        peeking(
            "    return", "    net.register_forward_hook(lambda n, x, y: look_up(x[0]))\n    return"
        ),
        peeking("    return", "    net.forward = look_up\n    return"),
        peeking("    return", "    net[0].forward = look_up\n    return"),
        peeking(
            "    return",
            "    net[1].register_full_backward_hook(lambda n, a, b: None)\n    return",
        ),
    ],
    "taught_before": [
        """
from course_utils.network.digits import load_digits
from course_utils.lessons.train.training import fit

def challenger():
    net = nn.Sequential(nn.AvgPool2d(4), nn.Flatten(), nn.Linear(64, 10))
    for _ in fit(net, load_digits(), Recipe(epochs=2)):
        pass
    return net, Recipe(epochs=1, learning_rate=1e-6)
""",
        """
from course_utils.network.digits import load_digits

def challenger():
    digits = load_digits()
    net = nn.Sequential(nn.Flatten(), nn.Linear(1024, 10))
    means = torch.stack([digits.images[digits.labels == d].mean(0).flatten() for d in range(10)])
    net[1].weight = nn.Parameter(means)
    net[1].bias = nn.Parameter(-0.5 * (means**2).sum(1))
    return net.requires_grad_(False), Recipe(epochs=1)
""",
    ],
    "odd_argument": [
        "import numpy\n" + net("nn.AvgPool2d(numpy.int64(4)), nn.Flatten(), nn.Linear(64, 10)"),
        """
class Growing(int):
    def __mul__(self, other):
        return 1

def challenger():
    net = nn.Sequential(nn.Flatten(), nn.Linear(1024, 10))
    net[1].out_features = Growing(10)
    return net, Recipe(epochs=1)
""",
        ALL_DIGITS
        + """
def challenger():
    net = nn.Sequential(nn.AvgPool2d(4), nn.Flatten(), nn.Linear(64, 10))
    net[0].stride = ALL.images
    return net, Recipe(epochs=1)
""",
        ALL_DIGITS
        + """
def challenger():
    net = nn.Sequential(nn.AvgPool2d(4), nn.Flatten(), nn.Linear(64, 10))
    net[0].stride = ALL.images.flatten().tolist()
    return net, Recipe(epochs=1)
""",
    ],
    "no_recipe": [
        """
class Long(Recipe):
    @property
    def epochs(self):
        self.__dict__["asked"] = self.__dict__.get("asked", 0) + 1
        return 1 if self.__dict__["asked"] < 3 else 500

def challenger():
    return nn.Sequential(nn.Flatten(), nn.Linear(1024, 10)), object.__new__(Long)
""",
        changed(RECIPE, "{'epochs': 5}"),
        changed(RECIPE, "5"),
        changed(RECIPE, "Recipe"),
    ],
    "other_digits": [
        """
from course_utils.network import digits

def exchange(labels):
    real = digits._read
    def once():
        digits._read = real
        blocks, truth = real()
        return blocks, labels(truth)
    digits._read = once

def challenger():
    exchange(lambda truth: truth * 0)
    return nn.Sequential(nn.Flatten(), nn.Linear(1024, 10)), Recipe(epochs=1)
""",
        """
from course_utils.network import digits

def challenger():
    real = digits._read
    blocks, labels = real()
    def once():
        digits._read = real
        return blocks[labels != 8], labels[labels != 8]
    digits._read = once
    return nn.Sequential(nn.Flatten(), nn.Linear(1024, 10)), Recipe(epochs=1)
""",
    ],
    # The budget: more of everything.
    "too_many_epochs": recipe("epochs=11, batch_size=64"),
    "over_budget": [
        recipe("epochs=10, batch_size=15"),
        recipe("epochs=1, batch_size=1"),
    ],
    "too_many_parameters": net("nn.Flatten(), nn.Linear(1024, 60), nn.ReLU(), nn.Linear(60, 10)"),
    "too_much_work": net(
        "nn.Conv2d(1, 40, 5), nn.ReLU(), nn.Conv2d(40, 40, 3), nn.AdaptiveAvgPool2d(3), "
        "nn.Flatten(), nn.Linear(360, 10)"
    ),
    "impossible": [
        recipe("batch_size=0"),
        recipe("batch_size=1438"),
        recipe("epochs=0"),
        recipe("epochs=2.5"),
        recipe("epochs=True"),
        recipe("learning_rate=0"),
        recipe("learning_rate=-0.1"),
        recipe("learning_rate=float('nan')"),
        recipe("momentum=1.5"),
        recipe("reach=32"),
        recipe("reach=None"),
        recipe("fade=2"),
        "class Few(int):\n    def __gt__(self, other):\n        return False\n" + recipe("Few(99)"),
    ],
    # Networks that do not fit.
    "other_scores": [
        changed("nn.Linear(288, 10)", "nn.Linear(288, 11)"),
        changed("        nn.Linear(288, 10),\n", ""),
        net("nn.Conv2d(1, 10, 32)"),
    ],
    "no_fit": [
        changed("nn.Linear(288, 10)", "nn.Linear(287, 10)"),
        changed("        nn.Flatten(),\n", ""),
        changed("nn.BatchNorm2d(16)", "nn.BatchNorm2d(17)"),
        net("nn.Conv2d(3, 10, 32), nn.Flatten()"),
    ],
    "no_parameters": net("nn.AdaptiveAvgPool2d((1, 10)), nn.Flatten()"),
    "no_pair": [
        changed(f"net, {RECIPE}", "net"),
        changed(f"net, {RECIPE}", f"net, {RECIPE}, 3"),
        "def challenger(): pass",
    ],
    "not_a_function": "challenger = Recipe",
    # Honest, and not good enough.
    "guessing": [
        changed("Recipe()", "Recipe(epochs=1)", source=LENET),
        net("nn.AvgPool2d(4), nn.Flatten(), nn.Linear(64, 10), nn.Softmax(dim=1)"),
        net("nn.AvgPool2d(4), nn.Flatten(), nn.Linear(64, 10)", "epochs=1, learning_rate=1e-5"),
    ],
    "unfinished": [
        """
class Mine(nn.Linear):
    def forward(self, x):
        return x * 0

def challenger():
    torch.set_grad_enabled(False)
    torch.set_default_dtype(torch.float16)
    layer = Mine(64, 10)
    layer.__class__ = nn.Linear
    nn.init.constant_(layer.weight, torch.nan)
    return nn.Sequential(nn.AvgPool2d(4), nn.Flatten(), layer), Recipe(epochs=1)
""",
        changed(RECIPE, "Recipe(epochs=1, batch_size=128)"),
        net("nn.AvgPool2d(4), nn.Flatten(), nn.Linear(64, 10)", "epochs=5, learning_rate=0.05"),
    ],
    "diverged": net(
        "nn.AvgPool2d(4), nn.Flatten(), nn.Linear(64, 32), nn.Linear(32, 10)",
        "epochs=1, learning_rate=1e5",
    ),
    "not_better": net(
        "nn.AvgPool2d(4), nn.Flatten(), nn.Linear(64, 32), nn.BatchNorm1d(32), nn.ReLU(), "
        "nn.Linear(32, 10)",
        "epochs=4",
    ),
}

STOPPED = {
    "RuntimeError": changed("nn.Linear(288, 10)", "nn.Linear(288, -1)"),
    "TypeError": changed("nn.AvgPool2d(4)", "nn.AvgPool2d"),
    "ValueError": net(
        "nn.AvgPool2d(4), nn.Flatten(), nn.BatchNorm1d(64), nn.Linear(64, 10)"
    ).replace("epochs=1", "epochs=1, batch_size=4"),
    "NameError": changed("nn.Flatten()", "Flatten()"),
}

LAYERS = [
    "nn.AvgPool2d(4)",
    "nn.Conv2d(1, 16, 3, padding=1)",
    *("nn.BatchNorm2d(16)", "nn.ReLU()"),
    "nn.Conv2d(16, 32, 3)",
    *("nn.BatchNorm2d(32)", "nn.ReLU()"),
    *("nn.MaxPool2d(2)", "nn.Flatten()", "nn.Linear(32 * 3 * 3, 10)"),
]


def instead(layers):
    rows = (", ".join(some) for some in (LAYERS, layers))
    return "7: nn.Sequential({}) -> nn.Sequential({})".format(*rows)


def without(i):
    return instead(LAYERS[:i] + LAYERS[i + 1 :])


def swapped(i):
    return instead([*LAYERS[:i], LAYERS[i + 1], LAYERS[i], *LAYERS[i + 2 :]])


# What is asked is a network that reads well, not this one. These do, with room to spare.
EQUAL = {
    swapped(0): "blocks of four are averaged after the convolution instead of before it",
    swapped(2): "batch norm after ReLU keeps the scale as well",
    swapped(3): "one ReLU is left between the convolutions and the last layer",
    swapped(5): "batch norm after ReLU keeps the scale as well",
    swapped(6): "the largest of four is the same before ReLU and after it",
    without(2): "the other batch norm is still there",
    without(3): "one ReLU and the pooling still bend the way through the network",
    without(5): "the other batch norm is still there",
    without(6): "one ReLU and the pooling still bend the way through the network",
    "9: 3 -> 2": "a kernel of two by two is smaller, and wide enough",
    "12: 3 -> 2": "a kernel of two by two is smaller, and wide enough",
    "19: 4 -> 5": "one epoch more is within the budget",
    "19: 4 -> 3": "three epochs are enough for this network",
    "19: Recipe(epochs=4) -> Recipe()": "ten epochs are within the budget",
}
