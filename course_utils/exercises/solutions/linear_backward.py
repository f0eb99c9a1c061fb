def my_backward(grad_out, x, weight):
    grad_x = grad_out @ weight  # (N, out) @ (out, in)
    grad_weight = grad_out.T @ x  # (out, N) @ (N, in)
    grad_bias = grad_out.sum(dim=0)
    return grad_x, grad_weight, grad_bias
