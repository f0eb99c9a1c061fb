def scores_of(net, image):
    batch = image.unsqueeze(0)
    return net(batch)[0]
