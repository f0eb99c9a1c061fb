"""Answers to `beat_it`."""

SMALL = "nn.AvgPool2d(4), nn.Flatten(), nn.Linear(64, 10)"


def challenger(layers=SMALL, recipe="Recipe(epochs=1)"):
    return f"def challenger():\n    return nn.Sequential({layers}), {recipe}\n"


RIGHT = {
    "a class of one's own": """
class Mine(nn.Module):
    def __init__(self):
        super().__init__()
        self.one, self.two = nn.Conv2d(1, 16, 3, padding=1), nn.Conv2d(16, 32, 3)
        self.norms = nn.ModuleList([nn.BatchNorm2d(16), nn.BatchNorm2d(32)])
        self.out = nn.LazyLinear(10)

    def forward(self, x):
        assert x.shape[1:] == (1, 32, 32)
        x = F.relu(self.norms[0](self.one(F.avg_pool2d(x, 4))))
        x = F.relu(self.norms[1](self.two(x)))
        return self.out(F.max_pool2d(x, 2).flatten(1))

def challenger():
    return Mine, Recipe(epochs=2)
""",
    "a function that makes it of parts": """
def block(inputs, outputs, padding):
    convolution = nn.Conv2d(inputs, outputs, 3, padding=padding, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(outputs), nn.GELU())

def make():
    body = nn.Sequential(nn.AvgPool2d(4), block(1, 16, 1), block(16, 32, 0), nn.MaxPool2d(2))
    return nn.Sequential(body, nn.Flatten(), nn.Linear(288, 10))

def challenger():
    return [make, Recipe(2, momentum=0.5)]
""",
}


def _net(answer):
    net, _ = answer()
    return net


def _recipe(answer):
    _, recipe = answer()
    return recipe


def _parameters(answer):
    return sum(parameter.numel() for parameter in _net(answer).parameters())


def _has_too_many(answer):
    return not 0 < _parameters(answer) <= 61_706


def _is_out(answer):
    recipe = _recipe(answer)
    inside = 1 <= recipe.epochs <= 10 and 1 <= recipe.batch_size <= 1437 and recipe.reach == 0
    return not (inside and 0 < recipe.learning_rate <= 100 and 0 <= recipe.momentum < 1)


WRONG = {
    "taught_before": """
from course_utils.network.digits import load_digits
from course_utils.lessons.train.training import fit

def challenger():
    net = nn.Sequential(nn.AvgPool2d(4), nn.Flatten(), nn.Linear(64, 10))
    list(fit(net.float(), load_digits(), Recipe(epochs=1)))
    return net, Recipe(epochs=1, learning_rate=1e-6)
""",
    "no_recipe": [
        challenger(recipe="{'epochs': 5}"),
        challenger(recipe="5"),
        challenger(recipe="Recipe"),
    ],
    "out_of_range": [
        (challenger(recipe=f"Recipe({numbers})"), _is_out)
        for numbers in (
            "epochs=11, batch_size=64",
            "epochs=0",
            "batch_size=0",
            "batch_size=1438",
            "learning_rate=0",
            "learning_rate=-0.1",
            "momentum=1.5",
            "reach=1",
        )
    ],
    "not_whole": challenger(recipe="Recipe(epochs=2.5)"),
    "not_finite": challenger(recipe="Recipe(learning_rate=float('nan'))"),
    "not_a_number": [
        challenger(recipe="Recipe(epochs=True)"),
        challenger(recipe="Recipe(reach=None)"),
    ],
    "too_many_updates": [
        (
            challenger(recipe=f"Recipe({numbers})"),
            lambda answer: _recipe(answer).epochs * -(-1437 // _recipe(answer).batch_size) > 900,
        )
        for numbers in ("epochs=10, batch_size=15", "epochs=1, batch_size=1")
    ],
    "parameters": [
        (
            challenger("nn.Flatten(), nn.Linear(1024, 60), nn.ReLU(), nn.Linear(60, 10)"),
            _has_too_many,
        ),
        (challenger("nn.AdaptiveAvgPool2d((1, 10)), nn.Flatten()"), _has_too_many),
    ],
    "too_much_work": challenger(
        "nn.Conv2d(1, 40, 5), nn.ReLU(), nn.Conv2d(40, 40, 3), nn.AdaptiveAvgPool2d(3), "
        "nn.Flatten(), nn.Linear(360, 10)"
    ),
    "wrong_shape": [
        challenger("nn.AvgPool2d(4), nn.Flatten(), nn.Linear(64, 11)"),
        challenger("nn.Conv2d(1, 10, 32)"),
        challenger("nn.AvgPool2d(16), nn.Flatten(0), nn.Linear(8, 10)"),
    ],
    "not_several": [
        "def challenger(): return nn.Sequential(nn.Flatten(), nn.Linear(1024, 10))",
        challenger(recipe="Recipe(), 3"),
        "def challenger(): pass",
    ],
    "not_a_module": "def challenger(): return 'net', Recipe()",
    "not_a_function": "challenger = Recipe",
    "guessing": [
        challenger(SMALL, "Recipe(epochs=1, learning_rate=1e-5)"),
        challenger(f"{SMALL}, nn.Softmax(dim=1)"),
        challenger(
            "nn.AvgPool2d(4), nn.Flatten(), nn.Linear(64, 9), nn.Linear(9, 10)",
            "Recipe(epochs=1, learning_rate=99)",
        ),
    ],
    "unfinished": [
        challenger(),
        challenger(SMALL, "Recipe(epochs=2, batch_size=128)"),
    ],
    "not_better": challenger(
        "nn.AvgPool2d(4), nn.Flatten(), nn.Linear(64, 40), nn.BatchNorm1d(40), nn.ReLU(), "
        "nn.Linear(40, 10)",
        "Recipe(epochs=4, momentum=0.5)",
    ),
}

STOPPED = {
    "RuntimeError": challenger("nn.AvgPool2d(4), nn.Flatten(), nn.Linear(63, 10)"),
    "TypeError": challenger("nn.AvgPool2d, nn.Flatten(), nn.Linear(64, 10)"),
    "ValueError": challenger(
        "nn.AvgPool2d(4), nn.Flatten(), nn.BatchNorm1d(64), nn.Linear(64, 10)",
        "Recipe(epochs=1, batch_size=4)",
    ),
    "NameError": challenger("Flatten(), nn.Linear(1024, 10)"),
}

EQUAL = {}
