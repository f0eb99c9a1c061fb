def mean_ink(images):
    return images.mean(dim=(1, 2, 3))
