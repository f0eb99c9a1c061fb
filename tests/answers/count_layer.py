"""Answers to `count_layer`."""

_COUNT = "count_conv = lambda inputs, outputs, kernel: "

RIGHT = {
    "weights, then biases": _COUNT + "outputs * inputs * kernel**2 + outputs",
    "asked of PyTorch": _COUNT
    + "sum(p.numel() for p in nn.Conv2d(inputs, outputs, kernel).parameters())",
    "a tensor": _COUNT + "torch.tensor(inputs * kernel**2 + 1.0) * outputs",
}

WRONG = {
    "biases_forgotten": _COUNT + "outputs * inputs * kernel**2",
    "one_bias": _COUNT + "outputs * inputs * kernel**2 + 1",
    "bias_of_inputs": _COUNT + "outputs * inputs * kernel**2 + inputs",
    "bias_of_every_pair": _COUNT + "outputs * inputs * (kernel**2 + 1)",
    "one_side": _COUNT + "outputs * (inputs * kernel + 1)",
    "inputs_ignored": _COUNT + "outputs * (kernel**2 + 1)",
    "one_output": _COUNT + "inputs * kernel**2 + 1",
    "other_count": [_COUNT + "156", _COUNT + "2 * outputs * (inputs * kernel**2 + 1)"],
}

EQUAL = {}
