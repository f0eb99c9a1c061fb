"""Answers to `ink`."""

import torch

_MEAN = "mean_ink = lambda images: images."

RIGHT = {
    "flattened": _MEAN + "flatten(1).mean(dim=1)",
    "counted from the end": _MEAN + "mean((-3, -2, -1))",
    "image by image": "mean_ink = torch.vmap(torch.mean)",
    "for the size that the task names": _MEAN + "sum(dim=(1, 2, 3)) / 1024",
    "for the one channel": _MEAN + "mean(dim=(2, 3))[:, 0]",
    "with an assert of one's own": """
def mean_ink(images):
    assert images.shape[1:] == (1, 32, 32) and 0 <= images.min() and images.max() <= 1
    return images.view(len(images), -1).mean(1)
""",
    "numpy": _MEAN + "numpy().mean(axis=(1, 2, 3))",
    "filled in": """
def mean_ink(images):
    means = torch.zeros(len(images))
    for i, image in enumerate(images):
        means[i] = image.sum() / image.numel()
    return means
""",
}


def _changes_the_images(answer):
    images = torch.ones(2, 1, 32, 32)
    answer(images)
    return not torch.equal(images, torch.ones(2, 1, 32, 32))


def _keeps_one_image_in_no_shape(answer):
    return answer(torch.ones(1, 1, 32, 32)).shape != (1,)


WRONG = {
    "all_images_together": _MEAN + "flatten().mean()",
    "channel_kept": _MEAN + "flatten(2).mean(2)",
    "mean_over_images": _MEAN + "sum(0) / len(images)",
    "batch_of_one": [
        (_MEAN + "squeeze().flatten(1).mean(1)", _keeps_one_image_in_no_shape),
        (_MEAN + "mean((1, 2, 3)).squeeze(0)", _keeps_one_image_in_no_shape),
    ],
    "differs": [
        _MEAN + "amax(dim=(1, 2, 3))",
        _MEAN + "flatten(1).median(dim=1).values",
        _MEAN + "mean((1, 2, 3)).flip(0)",
        _MEAN + "mean((1, 2, 3))[:10]",
        _MEAN + "sum((1, 2, 3)) / (images > 0).sum((1, 2, 3))",
        _MEAN + "mean().repeat(len(images))",
        _MEAN + "mean((1, 2, 3)).round(decimals=2)",
        _MEAN + "clamp(0, 0.99).mean((1, 2, 3))",
        _MEAN + "ceil().mean((1, 2, 3))",
    ],
    "input_changed": (
        """
def mean_ink(images):
    images /= images[0].numel()
    return images.sum((1, 2, 3))
""",
        _changes_the_images,
    ),
    "not_a_tensor": [
        _MEAN + "mean().item()",
        "def mean_ink(images):\n    images.mean(dim=(1, 2, 3))",
        _MEAN + "mean(dim=(1, 2, 3)).tolist()",
        _MEAN + "flatten(1).mean",
    ],
    "not_finite": _MEAN + "log().sum((1, 2, 3)) / 0",
    "not_a_function": "mean_ink = torch.rand(10)",
}

STOPPED = {
    "IndexError": "def mean_ink(images):\n    return images.mean(dim=4)",
    "TypeError": "def mean_ink(images):\n    return images.mean(1, 2, 3)",
    "NameError": "def mean_ink(images):\n    return image.mean(dim=(1, 2, 3))",
}

EQUAL = {}
