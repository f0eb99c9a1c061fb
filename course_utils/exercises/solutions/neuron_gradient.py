def my_gradients(x, w, b, target):
    z = w * x + b
    error = max(z, 0.0) - target
    loss_by_z = 2 * error * (z > 0)
    return loss_by_z * x, loss_by_z, loss_by_z * w  # of w, of b, of x
