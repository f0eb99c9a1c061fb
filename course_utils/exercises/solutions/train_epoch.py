def my_epoch(net, loader, criterion, optimizer):
    net.train()
    total, count = 0.0, 0
    for images, target in loader:
        optimizer.zero_grad()
        loss = criterion(net(images), target)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(target)
        count += len(target)
    return total / count
