"""Answers to `accuracy`."""


def returns(expression):
    return f"def share_right(scores, labels):\n    return {expression}\n"


RIGHT = {
    "counted, then divided": returns("(scores.argmax(dim=1) == labels).sum().item() / len(labels)"),
    "a tensor of one number": returns("(torch.max(scores, 1)[1] == labels).float().mean()"),
    "image by image": """
def share_right(scores, labels):
    right = 0
    for row, label in zip(scores.tolist(), labels.tolist()):
        if row.index(max(row)) == label:
            right += 1
    return right / len(labels)
""",
    "by the softmax, which changes no order": returns(
        "(scores.softmax(dim=1).argmax(dim=1) == labels).double().mean()"
    ),
}

WRONG = {
    "counted": [
        returns("(scores.argmax(dim=1) == labels).sum()"),
        returns("int((scores.argmax(1) == labels).sum())"),
    ],
    "percent": returns("100 * (scores.argmax(dim=1) == labels).double().mean()"),
    "error_rate": returns("(scores.argmax(dim=1) != labels).double().mean()"),
    "over_images": [
        returns("(scores.argmax(dim=0) == labels).double().mean()"),
        returns("(scores.max(0).indices == labels).double().mean()"),
    ],
    "one_largest": returns("(scores.argmax() == labels).double().mean()"),
    "values_compared": [
        returns("(scores.max(dim=1).values == labels).double().mean()"),
        returns("(scores.amax(dim=1) == labels).double().mean()"),
    ],
    "smallest": returns("(scores.argmin(dim=1) == labels).double().mean()"),
    "truncated": [
        returns("(scores.argmax(dim=1) == labels).sum().item() // len(labels)"),
        returns("int((scores.argmax(dim=1) == labels).double().mean())"),
    ],
    "rounded": returns("round((scores.argmax(dim=1) == labels).double().mean().item())"),
    "every_pair": returns("(scores.argmax(dim=1, keepdim=True) == labels).double().mean()"),
    "first_alone": returns("(scores[0].argmax() == labels[0]).double()"),
    "last_alone": """
def share_right(scores, labels):
    for row, label in zip(scores, labels):
        right = (row.argmax() == label).double()
    return right
""",
    "confidence": returns("scores.softmax(dim=1).max(dim=1).values.mean()"),
    "probability_of_truth": returns(
        "scores.softmax(dim=1)[torch.arange(len(labels)), labels].mean()"
    ),
    "ten_images": [
        returns("(scores.argmax(dim=1) == labels).sum() / 10"),
        returns("(scores.argmax(dim=1) == labels).sum() / scores.shape[1]"),
    ],
    "each_image": [
        returns("scores.argmax(dim=1) == labels"),
        returns("(scores.argmax(dim=1) == labels).double()"),
        returns("scores.argmax(dim=1)"),
    ],
    "other_share": [
        returns("0.7"),
        returns("torch.nn.functional.cross_entropy(scores, labels)"),
        returns("(scores.argmax(dim=1) == labels).double().std(correction=0)"),
        """
def share_right(scores, labels):
    largest = torch.zeros(len(labels))
    answers = torch.zeros(len(labels), dtype=torch.long)
    for digit in range(9):
        better = scores[:, digit] > largest
        largest[better], answers[better] = scores[better, digit], digit
    return (answers == labels).double().mean()
""",
    ],
    "not_a_number": returns("(scores.argmax(dim=1) == labels).double().mean().item() == 1"),
    "not_a_function": "share_right = 0.7",
}

STOPPED = {
    "RuntimeError": returns("(scores.argmax(dim=1) == labels).mean()"),
    "TypeError": "def share_right(scores): return scores.argmax(dim=1)",
    "AttributeError": returns("(scores.argmax(dim=1).item() == labels).mean()").replace(
        "scores.argmax(dim=1).item()", "list(scores)"
    ),
}

EQUAL = {
    "3: right.double().mean().item() -> right.double().mean()": (
        "a tensor of one number is one number"
    ),
}
