"""Answers to `linear_backward`."""


def back(x="grad_out @ weight", w="grad_out.T @ x", b="grad_out.sum(dim=0)"):
    return f"def my_backward(grad_out, x, weight):\n    return {x}, {w}, {b}"


RIGHT = {
    "einsum": back(
        'torch.einsum("no,oi->ni", grad_out, weight)',
        'torch.einsum("no,ni->oi", grad_out, x)',
        'torch.einsum("no->o", grad_out)',
    ),
    "row by row": """
def my_backward(grad_out, x, weight):
    of_weight, of_bias, of_x = torch.zeros_like(weight), torch.zeros(len(weight)), []
    for above, row in zip(grad_out, x):
        of_weight += torch.outer(above, row)
        of_bias += above
        of_x.append(weight.T @ above)
    return [torch.stack(of_x), of_weight, of_bias]
""",
    "the other way around": back(
        "(weight.T @ grad_out.T).T", "(x.T @ grad_out).T", "torch.ones(len(x)) @ grad_out"
    ),
    "asked of autograd": """
def my_backward(grad_out, x, weight):
    leaves = [x.clone().requires_grad_(), weight.clone().requires_grad_()]
    leaves.append(torch.zeros(len(weight), requires_grad=True))
    return torch.autograd.grad(F.linear(*leaves), leaves, grad_out)
""",
}

WRONG = {
    "weight_transposed": back(w="x.T @ grad_out"),
    "bias_not_summed": back(b="grad_out"),
    "other_order": [
        "def my_backward(grad_out, x, weight):\n"
        "    return grad_out.T @ x, grad_out.sum(0), grad_out @ weight",
    ],
    "other_shape": [
        back(x="(grad_out @ weight).sum(dim=0)"),
        back(b="grad_out.sum(dim=1)"),
        back(b="grad_out.sum(dim=0, keepdim=True)"),
        back(w="grad_out.unsqueeze(2) * x.unsqueeze(1)"),
    ],
    "from_above_forgotten": [
        back(b="torch.full((len(weight),), float(len(x)))"),
        back(x="weight.sum(dim=0).expand_as(x)"),
        back(w="x.sum(dim=0).expand_as(weight)"),
    ],
    "batch_mean": [
        back(b="grad_out.mean(dim=0)"),
        back(w="grad_out.T @ x / len(x)"),
        back("grad_out @ weight / len(x)", "grad_out.T @ x / len(x)", "grad_out.mean(dim=0)"),
    ],
    "sign": back("-grad_out @ weight", "-grad_out.T @ x", "-grad_out.sum(dim=0)"),
    "wrong_x": back(x="x"),
    "wrong_weight": [back(w="weight"), back(w="grad_out.abs().T @ x")],
    "wrong_bias": [back(b="grad_out[0]"), back(b="2 * grad_out.sum(dim=0)")],
    "changed": "def my_backward(grad_out, x, weight):\n"
    "    x *= 2\n    return grad_out @ weight, grad_out.T @ x / 2, grad_out.sum(0)",
    "one_row": back(b="grad_out.sum(dim=0) if len(x) > 1 else grad_out"),
    "not_three": [
        "def my_backward(grad_out, x, weight):\n    return grad_out @ weight, grad_out.T @ x",
        "def my_backward(grad_out, x, weight):\n    return grad_out @ weight",
    ],
    "not_a_tensor": back(b="grad_out.sum(dim=0).tolist()"),
}

STOPPED = {
    "RuntimeError": back(x="grad_out @ weight.T"),
    "TypeError": "def my_backward(grad_out, x): return grad_out, x, x",
}

EQUAL = {}
