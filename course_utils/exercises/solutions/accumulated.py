def in_pieces(net, criterion, images, target, size):
    net.zero_grad()
    for some, labels in zip(images.split(size), target.split(size), strict=True):
        loss = criterion(net(some), labels)
        (loss * len(some) / len(images)).backward()
