"""Answers to `ink`."""

_MEAN = "mean_ink = lambda images: images."

RIGHT = {
    "flattened": _MEAN + "flatten(1).mean(dim=1)",
    "counted from the end": _MEAN + "mean((-3, -2, -1))",
    "image by image": """
def mean_ink(images):
    return torch.stack([image.mean() for image in images])
""",
}

WRONG = {
    "all_images_together": _MEAN + "mean()",
    "mean_over_images": _MEAN + "mean(dim=0)",
    "channel_kept": _MEAN + "mean(dim=(2, 3))",
    "rows_kept": _MEAN + "mean(dim=3)",
    "columns_kept": _MEAN + "mean(dim=2)",
    "pixels_kept": _MEAN + "mean(dim=1)",
    "sum": _MEAN + "sum(dim=(1, 2, 3))",
    "dimensions_kept": _MEAN + "mean(dim=(1, 2, 3), keepdim=True)",
    "other_shape": _MEAN + "mean(dim=(0, 1))",
    "other_numbers": [
        _MEAN + "amax(dim=(1, 2, 3))",
        _MEAN + "sum(dim=(1, 2, 3)) / 64",
    ],
    "not_a_tensor": _MEAN + "mean().item()",
}

STOPPED = {"IndexError": "def mean_ink(images):\n    return images.mean(dim=4)"}

EQUAL = {}
