"""The exercise of lesson 06 on examining a network: its accuracy, and nothing changed by asking."""

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

from course_utils.exercises.compare import Mistake, a_function, a_number, agree, recognise, shown
from course_utils.exercises.exercise import NotYet, exercise


class _Examined(nn.Module):
    """Keeps a note of each forward pass; dropout and batch norm show the mode."""

    def __init__(self):
        super().__init__()
        layers = [nn.Linear(6, 8), nn.BatchNorm1d(8), nn.Dropout(0.5), nn.Linear(8, 4)]
        self.layers = nn.Sequential(*layers).double()
        self.trained: list[bool] = []
        self.recorded: list[bool] = []

    def forward(self, x: Tensor) -> Tensor:
        self.trained.append(any(module.training for module in self.modules()))
        output = self.layers(x)
        self.recorded.append(output.requires_grad)
        return output


_BATCH = 4


def _examination(count: int, wrong: list[int]) -> tuple[_Examined, DataLoader]:
    """A network that has gradients from before, and images of which it reads some wrongly."""
    torch.manual_seed(3)
    net, images = _Examined(), torch.randn(count, 6, dtype=torch.float64)
    net(images).square().mean().backward()
    net.eval()
    labels = net(images).argmax(dim=1)
    labels[wrong] = (labels[wrong] + 1) % 4
    net.trained.clear()
    net.recorded.clear()
    return net, DataLoader(TensorDataset(images, labels), batch_size=_BATCH)


def _by_batch(net: _Examined, loader: DataLoader) -> list[tuple[int, int]]:
    """How many are right in each batch, and its size."""
    return [
        (int((net.layers(images).argmax(dim=1) == labels).sum()), len(labels))
        for images, labels in loader
    ]


def _loss(net: _Examined, loader: DataLoader) -> Tensor:
    images, labels = loader.dataset.tensors
    return nn.functional.cross_entropy(net.layers(images), labels)


_EXAMINATION_MISTAKES = [
    Mistake(
        "not_weighed",
        "The batches count alike, though the last one is smaller: one of its images weighs more "
        "than the others.",
        lambda net, loader: sum(r / n for r, n in _by_batch(net, loader)) / len(loader),
    ),
    Mistake(
        "first_batch",
        "Only the first batch counts. Does `return` stand inside the loop?",
        lambda net, loader: next(r / n for r, n in _by_batch(net, loader)),
    ),
    Mistake(
        "last_batch",
        "Only the last batch counts; the ones before are forgotten.",
        lambda net, loader: [r / n for r, n in _by_batch(net, loader)][-1],
    ),
    Mistake(
        "summed",
        "The accuracies of the batches were added up.",
        lambda net, loader: sum(r / n for r, n in _by_batch(net, loader)),
    ),
    Mistake(
        "counted",
        "This is how many are right; the share is wanted.",
        lambda net, loader: sum(r for r, _ in _by_batch(net, loader)),
    ),
    Mistake(
        "per_batch",
        "The right answers were divided by the number of batches.",
        lambda net, loader: sum(r for r, _ in _by_batch(net, loader)) / len(loader),
    ),
    Mistake(
        "full_batches",
        "The right answers were divided as if every batch were full; the last one is smaller.",
        lambda net, loader: sum(r for r, _ in _by_batch(net, loader)) / len(loader) / _BATCH,
    ),
    Mistake(
        "percent",
        "This is the share in percent; as a share, all right is 1.",
        lambda net, loader: 100 * sum(r for r, _ in _by_batch(net, loader)) / len(loader.dataset),
    ),
    Mistake(
        "error_rate",
        "This is the share of wrong answers.",
        lambda net, loader: 1 - sum(r for r, _ in _by_batch(net, loader)) / len(loader.dataset),
    ),
    Mistake("loss", "This is the mean loss; the accuracy is wanted.", _loss),
]


def _state(net: nn.Module) -> list[Tensor]:
    return [tensor.detach().clone() for tensor in net.state_dict().values()]


def _gradients(net: nn.Module) -> list[Tensor | None]:
    return [None if p.grad is None else p.grad.clone() for p in net.parameters()]


def _same(before: list[Tensor | None], after: list[Tensor | None]) -> bool:
    if [t is None for t in before] != [t is None for t in after]:
        return False
    return all(torch.equal(a, b) for a, b in zip(before, after, strict=True) if a is not None)


def _as_found(net: nn.Module, state: list[Tensor], gradients: list[Tensor | None]) -> None:
    """Weights, buffers and gradients are what they were."""
    if not _same(gradients, _gradients(net)):
        raise NotYet(
            "gradients_changed",
            "The gradients are not those of before; an examination neither clears nor adds any.",
        )
    if not all(parameter.requires_grad for parameter in net.parameters()):
        raise NotYet(
            "frozen", "Parameters no longer require a gradient: the network cannot learn on."
        )
    if not _same(state, _state(net)):
        raise NotYet(
            "state_changed", "Weights or buffers are not what they were before the examination."
        )


def _conducted(net: _Examined) -> None:
    """The network was asked in evaluation mode, without a graph."""
    if not torch.is_grad_enabled():
        raise NotYet(
            "recording_left_off",
            "Recording is still switched off: whoever trains next gets no gradients. `with "
            "torch.no_grad():` switches it on again by itself.",
        )
    if not net.trained:
        raise NotYet("not_asked", "The network was never called, so nothing can be said of it.")
    if any(net.trained):
        raise NotYet(
            "training_mode",
            "Images were shown to the network, or to a layer in it, in training mode, where its "
            "dropout draws by chance and its buffers change.",
        )
    if any(net.recorded):
        raise NotYet(
            "recorded",
            "A graph was built for every batch, though nothing will be sent back along it.",
        )


def _mode_kept(net: nn.Module, was: bool) -> None:
    if was and not net.training:
        raise NotYet(
            "mode_left",
            "The network came in training mode and is in evaluation mode now: the rest of its "
            "training would go on without dropout.",
        )
    if net.training and not was:
        raise NotYet(
            "mode_forced",
            "The network came in evaluation mode and is in training mode now. Put back the mode "
            "in which it came, whichever that was.",
        )
    if any(module.training != was for module in net.modules()):
        raise NotYet("modes_mixed", "Some layers are in another mode than the network itself.")


@exercise(
    starter="""
def my_evaluate(net, loader):
    ...
""",
    hints=(
        "Three things to do before the loop: note `net.training`, switch the mode, and begin two "
        "counts at 0. One more after it.",
        "In the loop, count the right answers of the batch and its images; divide once, at the "
        "end, so that every image weighs the same.",
        "The loop stands inside `with torch.no_grad():`. After it, `net.train(…)` gets your note "
        "back.",
    ),
)
def evaluate(my_evaluate):
    my_evaluate = a_function(my_evaluate, "`my_evaluate`")
    for was, count, wrong in ((True, 11, [5, 6, 7, 9, 10]), (False, 9, [0, 8])):
        net, loader = _examination(count, wrong)
        net.train(was)
        state, gradients = _state(net), _gradients(net)
        share = my_evaluate(net, loader)
        _conducted(net)
        _as_found(net, state, gradients)
        _mode_kept(net, was)
        net.eval()
        share = a_number(share, "The result")
        recognise([((net, loader), share)], _EXAMINATION_MISTAKES)
        right = sum(r for r, _ in _by_batch(net, loader))
        if not agree(share, right / len(loader.dataset)):
            raise NotYet(
                "other_share",
                f"Of {len(loader.dataset)} answers {right} are right, and {shown(share)} came "
                "back.",
            )
    return "The accuracy is right, and the network is as it was: mode, weights and gradients."
