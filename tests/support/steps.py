"""What a learner's step of an optimizer does to two parameters, so that messages can be proven."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

RATE = MOMENTUM = 0.5
START = 2.0


@dataclass
class Seen:
    """What is there after some steps that began at weights of 2, with gradients of 1."""

    parameters: list[nn.Parameter]
    given: list[object]
    lists: list[list[Tensor]]

    @property
    def moved(self) -> list[bool]:
        return [bool((parameter != START).any()) for parameter in self.parameters]

    @property
    def has_zeros(self) -> bool:
        return any(not tensor.any() for tensors in self.lists for tensor in tensors)


class Steps:
    """Predicates on a learner's function.

    Args:
        arguments: What it is called with, made of parameters, lists and the step's number.
        lists: How many lists it keeps up to date.
    """

    def __init__(self, arguments: Callable[[list, list, int], tuple], lists: int = 0):
        self.arguments = arguments
        self.count = lists

    def seen(self, answer: Callable, steps: int = 1, gradient: float = 1.0) -> Seen:
        parameters = [nn.Parameter(torch.full((1, 2), START)) for _ in range(2)]
        lists = [[torch.zeros(1, 2) for _ in parameters] for _ in range(self.count)]
        given = list(parameters)
        for n in range(1, steps + 1):
            for parameter in parameters:
                parameter.grad = torch.full((1, 2), gradient)
            answer(*self.arguments(given, lists, n))
        return Seen(parameters, given, lists)

    def moves_nothing(self, answer: Callable) -> bool:
        seen = self.seen(answer)
        return not any(seen.moved) and not seen.has_zeros

    def moves_some(self, answer: Callable) -> bool:
        return sorted(self.seen(answer).moved) == [False, True]

    def keeps_zeros(self, answer: Callable) -> bool:
        seen = self.seen(answer)
        return all(seen.moved) and seen.has_zeros

    def keeps_zeros_and_moves_nothing(self, answer: Callable) -> bool:
        seen = self.seen(answer)
        return not any(seen.moved) and seen.has_zeros

    def keeps_the_gradient(self, answer: Callable) -> bool:
        seen = self.seen(answer)
        before = [[tensor.clone() for tensor in tensors] for tensors in seen.lists]
        seen.parameters[0].grad += 7
        pairs = zip(before, seen.lists, strict=True)
        return any(not torch.equal(was[0], now[0]) for was, now in pairs)

    def changes_the_list(self, answer: Callable) -> bool:
        seen = self.seen(answer)
        return [id(one) for one in seen.given] != [id(one) for one in seen.parameters]

    def clears_gradients(self, answer: Callable) -> bool:
        gradients = [parameter.grad for parameter in self.seen(answer).parameters]
        return any(gradient is None or not gradient.any() for gradient in gradients)

    def changes_gradients(self, answer: Callable) -> bool:
        gradients = [parameter.grad for parameter in self.seen(answer, 2).parameters]
        return any(not torch.equal(gradient, torch.ones(1, 2)) for gradient in gradients)

    def leaves_no_leaf(self, answer: Callable) -> bool:
        return not all(one.is_leaf and one.requires_grad for one in self.seen(answer).parameters)

    def changes_the_form(self, answer: Callable) -> bool:
        parameters = self.seen(answer).parameters
        return any(one.shape != (1, 2) or one.dtype != torch.float32 for one in parameters)

    def switches_recording_off(self, answer: Callable) -> bool:
        try:
            self.seen(answer)
            return not torch.is_grad_enabled()
        finally:
            torch.set_grad_enabled(True)

    def goes_another_way_again(self, answer: Callable) -> bool:
        first, second = (self.seen(answer, 2).parameters[0] for _ in range(2))
        return not torch.equal(first, second)
