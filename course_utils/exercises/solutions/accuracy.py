def share_right(scores, labels):
    right = scores.argmax(dim=1) == labels
    return right.double().mean().item()
