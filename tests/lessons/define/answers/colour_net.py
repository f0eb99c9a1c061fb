"""Answers to `colour_net`."""

from functools import partial

import torch

from course_utils.lessons.define.exercises.colour_net import colour_net
from tests.support import networks
from tests.support.edits import edited
from tests.support.networks import made

MINE = colour_net.solution().source
END = "return self.fc(torch.flatten(x, 1))"
LAYER = "self.fc = nn.Linear(16 * 13 * 13, 5)"
changed = partial(edited, MINE)


def ending(new):
    return changed(END, new)


def then(step):
    return ending(f"x = self.fc(torch.flatten(x, 1))\n        return {step}")


def more(layer, end):
    return ending(end).replace(LAYER, f"{LAYER}\n        {layer}")


RIGHT = {
    "a lazy layer, not used yet": """
ColourNet = nn.Sequential(
    nn.Conv2d(3, 8, 5, 2), nn.BatchNorm2d(8), nn.Tanh(), nn.Conv2d(8, 8, 5, 2), nn.Dropout(),
    nn.Flatten(), nn.LazyLinear(5),
)
""",
    "with view and a mean over places": """
class ColourNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.convs = nn.ModuleList([nn.Conv2d(3, 8, 3), nn.Conv2d(8, 8, 3), nn.Conv2d(8, 5, 3)])

    def forward(self, x):
        assert x.shape[1:] == (3, 64, 64) and 0 <= x.min() and x.max() <= 1
        for conv in self.convs[:-1]:
            x = F.relu(conv(x))
        return self.convs[-1](x).mean(dim=(2, 3)).view(-1, 5)
""",
    "deep": """
ColourNet = nn.Sequential(
    nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(4),
    *[layer for _ in range(10) for layer in (nn.Conv2d(8, 8, 3, padding=1), nn.ReLU())],
    nn.Flatten(), nn.Linear(2048, 64), nn.ReLU(), nn.Linear(64, 5),
)
""",
    "a second head for training, returned": more(
        "self.side = nn.Linear(16, 5)",
        "scores = self.fc(torch.flatten(x, 1))\n"
        "        return (scores, self.side(x.mean((2, 3)))) if self.training else scores",
    ),
    "a second head for training, added": more(
        "self.side = nn.Linear(16, 5)",
        "scores = self.fc(torch.flatten(x, 1))\n"
        "        return scores + self.side(x.mean((2, 3))) if self.training else scores",
    ),
    "a last layer that begins with zeros": changed(
        LAYER,
        f"{LAYER}\n        nn.init.zeros_(self.fc.weight)\n        nn.init.zeros_(self.fc.bias)",
    ),
    "batch norm, one layer used twice, a way around": """
class ColourNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.out = nn.Linear(8, 5)
        self.first = nn.Conv2d(3, 8, 7, stride=4, bias=True)
        self.norm = nn.BatchNorm2d(8)
        self.conv = nn.Conv2d(8, 8, 3, padding="same")
        self.scale = nn.Parameter(torch.zeros(1))

    def forward(self, x):
        x = F.gelu(self.norm(self.first(x)))
        for _ in range(2):
            x = x + self.scale * F.silu(self.conv(x))
        return self.out(F.adaptive_avg_pool2d(x, 1).flatten(1))
""",
    "a single channel, whose ReLU may die": """
ColourNet = nn.Sequential(
    nn.Conv2d(3, 1, 3), nn.ReLU(), nn.Conv2d(1, 1, 3), nn.ReLU(), nn.Flatten(), nn.Linear(3600, 5)
)
""",
    "pooling alone bends": changed("F.relu", ""),
    "batch norm at the end": """
ColourNet = nn.Sequential(
    nn.Conv2d(3, 4, 5, 2), nn.LeakyReLU(), nn.Conv2d(4, 4, 5, 2), nn.Flatten(),
    nn.LazyLinear(5), nn.BatchNorm1d(5),
)
""",
    "it keeps what it has seen": ending("self.maps = x\n        " + END)
    + "\nColourNet = ColourNet()\nColourNet(torch.rand(1, 3, 64, 64))",
}


IMAGES = torch.rand(3, 3, 64, 64)
_loses_the_batch = networks.gives_other_shapes(IMAGES[:1], 5)
_changes = networks.changes_from_call_to_call(IMAGES)
_replaces_layers = networks.replaces_layers(IMAGES)
_misses_gradients = networks.misses_gradients(IMAGES)


def _scores(answer):
    return made(answer)(IMAGES)


def _adds_up_to_1(answer):
    scores = _scores(answer)
    return torch.allclose(scores.sum(1), torch.ones(3)) and bool(scores.min() >= 0)


def _is_log_of_shares(answer):
    return torch.allclose(_scores(answer).exp().sum(1), torch.ones(3))


def _is_bounded(answer):
    """Whether the scores stay above or below a limit for weights of any size."""
    net, ends = made(answer), []
    with torch.no_grad():
        for factor in (-1e4, -100, 100):
            for parameter in net.fc.parameters():
                parameter.mul_(factor)
            ends += [net(IMAGES).min(), net(IMAGES).max()]
    return not min(ends) < -1000 or not max(ends) > 1000


def _binds_scores(answer):
    scores = _scores(answer)
    steps, apart = scores.diff(dim=1), torch.pdist(scores.T)
    is_sorted = (steps >= 0).all() or (steps <= 0).all()
    is_fixed = (scores - scores[0]).abs().amax(0).min() == 0
    return bool(is_fixed or is_sorted or apart.min() == 0 or scores.sum(1).abs().max() < 1e-5)


def _calls_one_convolution(answer):
    return sum(isinstance(layer, torch.nn.Conv2d) for layer in made(answer).modules()) < 2


def _mixes(answer):
    net = made(answer)
    return not torch.allclose(net(IMAGES)[:1], net(IMAGES[:1]), atol=1e-4)


def _sees_nothing(answer):
    return torch.equal(*made(answer)(IMAGES[:2]))


def _misses_a_colour(answer):
    net = made(answer)
    colours = torch.eye(3).view(3, 3, 1, 1)
    return any(torch.equal(net(IMAGES * (1 - colour)), net(IMAGES)) for colour in colours)


def _is_linear(answer):
    net, (one, other) = made(answer), IMAGES[:2].unsqueeze(1)
    return torch.allclose(net((one + other) / 2), (net(one) + net(other)) / 2, atol=1e-6)


NO_GRAD = """
    @torch.no_grad()
    def forward"""

WRONG = {
    "overwritten": ending("nn.init.zeros_(self.fc.bias)\n        " + END),
    "call_replaced": changed("def forward", "def __call__"),
    "not_a_tensor": ending("self.fc(torch.flatten(x, 1))"),
    "batch_lost": [
        (ending("return self.fc(torch.flatten(x, 1)).sum(0)"), _loses_the_batch),
        (then("x.squeeze()"), _loses_the_batch),
        (ending("return self.fc(torch.flatten(x, 1).squeeze())"), _loses_the_batch),
        (ending("return self.fc(torch.flatten(x))"), _loses_the_batch),
    ],
    "other_classes": [changed("13, 5)", "13, 10)"), then("x.argmax(1)")],
    "too_few_convolutions": [
        (f"ColourNet = nn.Sequential({start}, nn.ReLU(), {end})", _calls_one_convolution)
        for start, end in (
            ("nn.Conv2d(3, 9, 64)", "nn.Flatten(), nn.Linear(9, 5)"),
            ("nn.Flatten(), nn.Linear(12288, 9)", "nn.Linear(9, 5)"),
        )
    ],
    "not_free": [
        (then(f"x{step}"), _binds_scores)
        for step in (
            ".sort(1).values",
            "[:, [0, 1, 2, 3, 0]]",
            " * torch.eye(5)[:4].sum(0)",
            " - x.mean(1, keepdim=True)",
        )
    ],
    "layers_unknown": (
        MINE.replace("nn.Conv2d(8, 16, 5)", "[nn.Conv2d(8, 16, 5)]").replace("v2(x)", "v2[0](x)"),
        networks.has_parameters(3 * 8 * 25 + 8 + 16 * 13 * 13 * 5 + 5),
    ),
    "nothing_to_learn": (
        """
class ColourNet(nn.Module):
    def forward(self, x):
        torch.manual_seed(0)
        first, second = torch.randn(4, 3, 5, 5), torch.randn(5, 4, 5, 5)
        return F.conv2d(F.relu(F.conv2d(x, first)), second).mean((2, 3))
""",
        networks.has_parameters(0),
    ),
    "layers_unused": [
        (changed("self.fc = nn", "self.spare = nn.Linear(2, 2); self.fc = nn"), _misses_gradients),
        ending("self.fc(torch.flatten(x, 1))\n        return x.mean((2, 3))[:, :5]"),
        changed("self.fc = nn", "self.spare = nn.LazyLinear(2); self.fc = nn"),
    ],
    "softmax": [
        (then("x.softmax(dim=1)"), _adds_up_to_1),
        (then("x.softmax(1).reshape(len(x), 5)"), _adds_up_to_1),
        (then("F.softmin(x, dim=1)"), _adds_up_to_1),
        (then("x.exp() / x.exp().sum(1, keepdim=True)"), _adds_up_to_1),
        (then("F.one_hot(x.argmax(1), 5).float()"), _adds_up_to_1),
        then("x.softmax(1) if self.training else x"),
    ],
    "log_softmax": [
        (then("F.log_softmax(x, dim=1)"), _is_log_of_shares),
        (then("torch.log(x.softmax(1))"), _is_log_of_shares),
    ],
    "squashed": [
        (then(step), _is_bounded)
        for step in (
            *("F.relu(x)", "F.relu(x).view(-1, 5)", "x.clamp(min=0)", "-F.relu(x)", "x.abs()"),
            *("torch.sigmoid(x)", "10 * torch.sigmoid(x)", "torch.tanh(x)", "F.hardtanh(x, -9, 9)"),
            *("F.softplus(x)", "F.relu6(x)", "F.elu(x)", "F.gelu(x)", "F.logsigmoid(x)"),
            *("100 * x.softmax(1)", "2 * x.log_softmax(1)", "F.normalize(x)"),
        )
    ]
    + [
        """
ColourNet = nn.Sequential(
    nn.Conv2d(3, 8, 5, 4), nn.ReLU(), nn.Conv2d(8, 5, 15), nn.ReLU(), nn.Flatten(),
)
""",
        then("(x.exp() - (-x).exp()) / (x.exp() + (-x).exp())"),
    ],
    "new_each_time": [
        (then("F.dropout(x)"), _changes),
        (ending("return nn.Linear(16 * 13 * 13, 5)(torch.flatten(x, 1))"), _changes),
    ],
    "made_in_forward": (ending(f"{LAYER}\n        {END}"), _replaces_layers),
    "images_mixed": [
        (ending("x = torch.flatten(x, 1)\n        return self.fc(x - x.mean(dim=0))"), _mixes),
        (then("x - x.mean(0)"), _mixes),
        (then("x.flip(0)"), _mixes),
        (ending("return self.fc(F.batch_norm(x, None, None, training=True).flatten(1))"), _mixes),
    ],
    "image_ignored": [
        (changed("conv1(x)", "conv1(torch.ones_like(x))"), _sees_nothing),
        (ending("return self.fc(torch.flatten(0 * x, 1))"), _sees_nothing),
    ],
    "colour_ignored": [
        (MINE.replace("(3, 8", f"({n}, 8").replace("v1(x", f"v1(x[:, :{n}]"), _misses_a_colour)
        for n in (1, 2)
    ],
    "no_nonlinearity": [
        (MINE.replace("F.relu", "").replace("max_pool", "avg_pool"), _is_linear),
        (
            "ColourNet = nn.Sequential(nn.Conv2d(3, 4, 9, 4), nn.Conv2d(4, 5, 14), nn.Flatten())",
            _is_linear,
        ),
    ],
    "frozen": (changed(LAYER, f"{LAYER}.requires_grad_(False)"), networks.is_frozen),
    "no_gradient": [
        (MINE.replace("\n    def forward", NO_GRAD), _misses_gradients),
        (ending("return self.fc(torch.flatten(x, 1).detach())"), _misses_gradients),
        (then("x.detach()"), _misses_gradients),
        (then("x.detach() if self.training else x"), _misses_gradients),
        (changed("F.relu(self.conv1(x))", "self.conv1(x).sign()"), _misses_gradients),
        (then("x.round()"), _misses_gradients),
    ],
    "input_changed": changed("conv1(x)", "conv1(x.sub_(0.5))"),
    "mode_left": ending("torch.set_grad_enabled(False)\n        " + END),
    "not_finite": then("x / 0"),
    "not_a_module": ["ColourNet = lambda: None", "ColourNet = [nn.Conv2d(3, 5, 5)]"],
}

STOPPED = {
    "RuntimeError": changed("nn.Conv2d(3, 8", "nn.Conv2d(1, 8"),
    "AttributeError": changed("super().__init__()", "pass"),
    "TypeError": changed("def __init__(self):", "def __init__(self, classes):"),
}

_SMALLER = "a kernel of 4 leaves maps of 13 by 13 too: another network that does what is asked"
_BENT = "the other steps stay nonlinear: another network that does what is asked"
EQUAL = {
    "9: 5 -> 4": _SMALLER,
    "10: 5 -> 4": _SMALLER,
    "14: F.relu(self.conv1(x)) -> self.conv1(x)": _BENT,
    "15: F.relu(self.conv2(x)) -> self.conv2(x)": _BENT,
}
