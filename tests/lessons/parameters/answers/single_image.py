"""Answers to `single_image`."""

import torch
from torch import nn

SCORES = "scores_of = lambda net, image: "
IN_TWO = "def scores_of(net, image):\n    {}\n    return net(image.unsqueeze(0))[0]"

RIGHT = {
    "None as an index": SCORES + "net(image[None]).squeeze(0)",
    "view": SCORES + "net(image.view(1, *image.shape)).flatten()",
    "stack, and no gradient": """
def scores_of(net, image):
    assert image.dim() == 3
    with torch.no_grad():
        [scores] = net(torch.stack([image]))
    return scores
""",
    "in evaluation mode, and back": """
def scores_of(net, image):
    was = net.training
    net.eval()
    with torch.inference_mode():
        scores = net(image.expand(1, -1, -1, -1)).squeeze(dim=0)
    net.train(was)
    return scores
""",
    "mapped over a batch of batches": SCORES + "torch.vmap(net)(image[None, None])[0, 0]",
    "a deep copy is asked": """
import copy

def scores_of(net, image):
    net = copy.deepcopy(net).eval()
    return net(image.unsqueeze(0))[-1]
""",
}


class Spy(nn.Module):
    """Notes what it is given."""

    def __init__(self, answer, image):
        super().__init__()
        self.given, self.image, self.start = [], image, image.clone()
        answer(self, image)

    def forward(self, images):
        self.given.append(images)
        return torch.ones(len(images), 10)


def was_given(*shape):
    def predicate(answer):
        given = Spy(answer, torch.rand(3, 8, 6)).given
        return bool(given) and tuple(given[-1].shape) == shape

    return predicate


def _changes_the_image(answer):
    spy = Spy(answer, torch.rand(3, 8, 6))
    return spy.image.shape != spy.start.shape or not torch.equal(spy.image, spy.start)


def _changes_pixels(answer):
    spy = Spy(answer, torch.rand(3, 8, 6))
    return not torch.equal(spy.given[-1][0], spy.start)


WRONG = {
    "net_not_used": (
        SCORES + "torch.zeros(10)",
        lambda answer: not Spy(answer, torch.rand(3, 8, 6)).given,
    ),
    "no_batch": [
        (SCORES + "net(image)", was_given(3, 8, 6)),
        (SCORES + "net(image)[0]", was_given(3, 8, 6)),
    ],
    "channels_as_images": (SCORES + "net(image.unsqueeze(1))[0]", was_given(3, 1, 8, 6)),
    "other_shape": [
        (SCORES + "net(image.transpose(1, 2).unsqueeze(0))[0]", was_given(1, 3, 6, 8)),
        (SCORES + "net(image.unsqueeze(-1))[0]", was_given(3, 8, 6, 1)),
        (SCORES + "net(torch.stack([image, image]))[0]", was_given(2, 3, 8, 6)),
        (SCORES + "net(image.flatten().unsqueeze(0))[0]", was_given(1, 144)),
        (SCORES + "net(image[:1].unsqueeze(0))[0]", was_given(1, 1, 8, 6)),
    ],
    "other_image": [
        (SCORES + "net(image.unsqueeze(0) / 255)[0]", _changes_pixels),
        (SCORES + "net(image.transpose(1, 2).reshape(1, *image.shape))[0]", _changes_pixels),
    ],
    "batch_kept": SCORES + "net(image[None])[:1]",
    "softmax": SCORES + "F.softmax(net(image[None]), dim=1)[0]",
    "differs": [
        SCORES + "net(image.unsqueeze(0))[0, :4]",
        SCORES + "net(image[None])[0] * 2",
        SCORES + "net(image[None])[0].relu()",
        SCORES + "net(image[None])[0].clamp(-5, 5)",
        SCORES + "net(image[None]).argmax()",
        SCORES + "net(image[None])[:, 0]",
        SCORES + "net(image[None])[0] * (1 if image.shape[0] == 3 else 2)",
    ],
    "input_changed": [
        (
            "def scores_of(net, image):\n    image.unsqueeze_(0)\n    return net(image)[0]",
            _changes_the_image,
        ),
        (
            "def scores_of(net, image):\n    scores = net(image[None])[0]\n    image.zero_()\n"
            "    return scores",
            _changes_the_image,
        ),
    ],
    "network_changed": [
        IN_TWO.format("net.eval()"),
        IN_TWO.format("net(image[None]).sum().backward()"),
        IN_TWO.format("net.requires_grad_(False)"),
        IN_TWO.format("net.register_forward_hook(lambda *_: None)"),
    ],
    "seed_left": IN_TWO.format("torch.manual_seed(0)"),
    "mode_left": IN_TWO.format("torch.set_grad_enabled(False)"),
    "not_a_tensor": [
        SCORES + "net(image.unsqueeze(0))[0].tolist()",
        SCORES + "net([image])[0]",
        "def scores_of(net, image):\n    net(image.unsqueeze(0))[0]",
    ],
    "not_a_function": ["scores_of = 3", "scores_of = nn.Linear"],
}

STOPPED = {
    "RuntimeError": SCORES + "net(image.unsqueeze(0)).reshape(10)",
    "AttributeError": SCORES + "net.fc3(net.conv1(image))",
}

EQUAL = {"3: 0 -> -1": "in a batch of one the last row is the first"}
