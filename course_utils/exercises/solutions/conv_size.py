def output_size(size, kernel, stride=1, padding=0):
    places = size + 2 * padding - kernel
    return places // stride + 1
