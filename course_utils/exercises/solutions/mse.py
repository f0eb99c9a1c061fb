def mean_squared_error(output, target):
    errors = output - target
    return (errors**2).mean()
