"""Answers to `single_image`."""

_SCORES = "scores_of = lambda net, image: "

RIGHT = {
    "None as an index": _SCORES + "net(image[None]).squeeze(0)",
    "view": _SCORES + "net(image.view(1, *image.shape)).flatten()",
    "stack": """
def scores_of(net, image):
    with torch.no_grad():
        [scores] = net(torch.stack([image]))
    return scores
""",
}

WRONG = {
    "net_not_used": _SCORES + "torch.zeros(10)",
    "no_batch": _SCORES + "net(image)[0]",
    "channels_as_images": _SCORES + "net(image.unsqueeze(1))[0]",
    "several_images": _SCORES + "net(torch.stack([image, image]))[0]",
    "batch_last": _SCORES + "net(image.unsqueeze(-1))[0]",
    "other_shape": [
        _SCORES + "net(image.transpose(1, 2).unsqueeze(0))[0]",
        _SCORES + "net(image.flatten().unsqueeze(0))[0]",
    ],
    "other_image": [
        _SCORES + "net(image.unsqueeze(0) / 255)[0]",
        _SCORES + "net(image.transpose(1, 2).reshape(1, *image.shape))[0]",
    ],
    "forward_by_name": _SCORES + "net.forward(image.unsqueeze(0))[0]",
    "batch_kept": _SCORES + "net(image.unsqueeze(0))",
    "one_number": _SCORES + "net(image.unsqueeze(0)).argmax()",
    "softmax": _SCORES + "net(image.unsqueeze(0))[0].softmax(dim=0)",
    "other_scores": [
        _SCORES + "net(image.unsqueeze(0))[0, :5]",
        _SCORES + "net(image[None])[0] * 2",
    ],
    "other_net": "_probe = lambda net, image: net(image.unsqueeze(0))[0]\n"
    "scores_of = lambda net, image: _probe(net, image) * (1 if image.shape[0] == 3 else 2)",
    "not_a_tensor": _SCORES + "net(image.unsqueeze(0))[0].tolist()",
}

STOPPED = {
    "RuntimeError": _SCORES + "net(image.view(1, 1, 32, 32))[0]",
}

EQUAL = {"3: 0 -> -1": "in a batch of one the last row is the first"}
