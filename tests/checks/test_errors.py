"""Exceptions are explained: the learner's line, what the words mean, the next step."""

import re

import pytest
import torch

from course_utils.checks.feedback import STOPPED
from course_utils.checks.meanings import MEANINGS
from tests.support.exercises import answer, calling, running

NET = "class Net(nn.Module):\n        "
LEAF = "w = torch.ones(2, requires_grad=True); "
SCORES = "s = torch.ones(2, 3); "

ERRORS = {  # the body of a function, and what is said of its error
    "1 + ...": "A `...` still stands",
    "nn.Linear(2, 2)(...)": "A `...` still stands",
    "nn.Linear(..., 2)": "A `...` still stands",
    "nn.MSELoss(torch.ones(2), torch.ones(2))": "`nn.MSELoss()(output, target)`",
    "nn.CrossEntropyLoss(torch.ones(2, 3), torch.ones(2))": "`nn.MSELoss()(output, target)`",
    "return 1 if torch.ones(2) > 0 else 2": "`.all()`",
    "nn.Linear(4, 2)(torch.ones(1, 3))": "Rows of 3 numbers met weights for 4: for a linear",
    "nn.Linear(400, 9)(torch.ones(1, 16, 5, 5))": "Are the maps flattened",
    "torch.ones(2, 3) @ torch.ones(2, 3)": "the inner sizes are equal; here 3 meets 2",
    "torch.ones(3) + torch.ones(4)": "differ in dimension 0: 3 against 4",
    NET + "def __init__(self): self.layer = nn.Linear(1, 1)\n    Net()": "be `super().__init__()`",
    NET + "def __init__(self): self.x = 1\n    Net()(1)": "has to be `super().__init__()`",
    NET + "pass\n    Net()(1)": "no method called `forward`",
    NET + "def forward(x): return x\n    Net()(1)": "`def forward(self, x):`",
    LEAF + "w -= 1": "with torch.no_grad()",
    LEAF + "y = (w * w).sum(); y.backward(); y.backward()": "compute the loss again",
    LEAF + "y = w * 2; z = (y * y).sum(); y.add_(1); z.backward()": "was overwritten",
    LEAF + "w.backward()": "needs a single number",
    LEAF + "(w * w).sum().item().backward()": "`.item()` leaves behind what `backward()` needs",
    "nn.Parameter(4)": "`torch.tensor(…)` makes one",
    SCORES + "(s.argmax == torch.ones(2)).float()": "`scores.argmax == labels`",
    SCORES + "s.argmax + 1": "without its brackets",
    "nn.Linear(1, 1).load_state_dict(nn.Linear(1, 1).state_dict)": "`net.state_dict()`",
    "nn.Linear(1, 1).load_state_dict('w.pt')": "that `torch.load(path)` gives back",
    "torch.save(3, {})": "first what is saved",
    "with torch.no_grad: pass": "`with torch.no_grad():`",
    SCORES + "F.nll_loss(s, torch.ones(2))": "dtype `torch.long`",
    SCORES + "F.cross_entropy(s, torch.tensor([0, 1, 2]))": "2 rows of scores but 3 targets",
    SCORES + "F.cross_entropy(s, torch.tensor([0, 9]))": "smaller than the row",
    SCORES + "nn.MSELoss()(nn.ReLU(), s)": "this is a `ReLU`: are two arguments swapped",
    "torch.ones(1).backward()": "Autograd took no notes",
    "nn.Conv2d(1, 6, 5)(torch.ones(1, 3, 8, 8))": "the convolution was made for 1",
    "nn.Conv2d(1, 6, 5)(torch.ones(1, 1, 3, 3))": "smaller than the kernel",
    "nn.Conv2d(1, 6, 5)(torch.ones(9, 9))": "takes (N, C, H, W)",
    "torch.ones(6).view(4, -1)": "6 numbers cannot be arranged as [4, -1]",
    "torch.ones(2, 3).t().view(-1)": "`reshape` or `flatten`",
    "nn.Linear(3, 3)(torch.ones(1, 3).double())": "need the same dtype",
    "torch.ones(3).long().mean()": "`.float()`",
    "nn.BatchNorm1d(3)(torch.ones(1, 3))": "this batch has one alone",
    "torch.ones(6).item()": "this tensor holds 6",
    "torch.ones(2).long().requires_grad_()": "`.float()`",
    "torch.ones(2, 3).sum(dim=4)": "no dimension 4",
    "nn.ReLU().load_state_dict({'w': 1})": "for ReLU: Unexpected key(s)",
    "F.relu(None)": "a `return` is missing",
    "torch.ones(2).grad.zero_()": "a `.grad` is still empty",
    "nn.Linear(3, 3)([1.0, 2.0])": "A tensor is needed here, not list",
    "F.relu(nn.Linear(2, 2))": "A `Linear` stands where",
    "nn.Sequential([nn.ReLU()])": "a `*` spreads",
    "super.__init__()": "brackets of its own",
    "list(nn.ReLU)": "A class stands here",
    "len(nn.ReLU().parameters())": "`list(…)` collects",
    "torch.ones(2)[3]": "so there is no number 3",
    "torch.ones(2) ^ 2": "a power is `**`",
    SCORES + "F.cross_entropy(torch.tensor([0]), s[0].long())": "are two arguments swapped",
    SCORES + "F.cross_entropy(s.argmax(1).float(), torch.tensor([0, 1]))": "no `argmax`",
    "torch.ones(1, 2, 2, 2).mean(1, 2, 3)": "in brackets of their own",
    "torch.ones(1, 2, 2, 2).std(1, 2, 3)": "in brackets of their own",
    "torch.ones(2).view('a')": "It does not take this: (str)",
    "torch.ones(2, 3).mean(dim=(1, 1))": "Dimension 1 is named twice",
    "torch.ones(2)[:N]": "If it is a size in the task",
    "torch.ones(3).expand(3, 2)": "Only a size of 1 can be stretched",
    "unknown_name": "knows no `unknown_name`",
    "0 + torch.ones(2).shape": "A shape is several numbers",
    "torch.ones(2).shape[1]": "as many places as dimensions",
    "[t.numel() for t in nn.Linear(1, 1).named_parameters()]": "gives pairs",
    "if len([]): name = 1\n    return name": "only on a path",
    "nn.Linear(10)": "leaves out 'out_features'",
    "isinstance(1, nn.Conv2d())": "Where a class itself is meant, it has no brackets",
    "(lambda a: a)(1, 2)": "This call gives 2 arguments",
    "nn.Linear(2, 2, biases=True)": "no argument called `biases`",
    "torch.pi(2)": "with round brackets",
    "torch.ones(1).lenght": "nothing called `lenght`. Is it spelled so",
    "assert x == 1": "does not hold for what the check hands in",
    "raise KeyboardInterrupt": "interrupted",
    "return work()": "calls itself again",
    "raise MemoryError": "more memory than there is",
}
IMPORTS = "import torch, torch.nn.functional as F; from torch import nn; "


@pytest.mark.parametrize("code", ERRORS)
@pytest.mark.filterwarnings("ignore")
def test_a_well_known_error_is_explained(code):
    kind, message = running(IMPORTS + "\n    " + code, 3)
    assert ERRORS[code] in message
    assert re.match(rf"Line \d+, `.*`\. ({kind}|It asked)", message)


def test_every_explanation_has_met_its_error():
    told = " ".join(running(IMPORTS + "\n    " + code, 3)[1] for code in ERRORS)
    apart = {"The file holds more", "It has to take", "It calls itself"}  # tested elsewhere
    for _, meaning in MEANINGS:
        start = meaning.partition("{")[0][:30]
        assert start in told or any(meaning.startswith(one) for one in apart), meaning


def test_a_file_with_more_than_tensors_is_told_without_a_push_to_load_it_unsafely(tmp_path):
    code = f"torch.save(nn.Linear(1, 1).state_dict, p := {str(tmp_path / 'w')!r}); torch.load(p)"
    _, message = running(IMPORTS + "\n    " + code, 3)
    assert "Weights only load failed. The file holds more than tensors." in message
    assert "\x1b" not in message
    assert "weights_only=False" not in message


@pytest.mark.parametrize("work", [lambda: 1, lambda x, y: 1, lambda *, y: 1])
def test_a_call_that_does_not_fit_is_a_property_of_the_answer(work):
    told = calling(1).check(work)
    assert told.status == STOPPED
    assert told.message.startswith("`work` cannot be used as the task asks. TypeError: ")
    assert told.message.endswith("under their names where these are given.")


def test_the_line_shown_is_the_learners_innermost_and_never_one_of_pytorch():
    source = "def inner(x):\n    return x @ torch.ones(5)\n\ndef work(x):\n    return inner(x)"
    sample = calling(torch.ones(3))
    names = "import torch\nfrom torch import nn\n"
    told = sample.check(answer(sample, names + source)).message
    assert told.startswith("Line 4, `return x @ torch.ones(5)`. RuntimeError: ")
    source = "def work(x):\n    layer = nn.Linear(4, 2)\n    return layer(x)"
    told = sample.check(answer(sample, names + source)).message
    assert re.match(r"Line 5, `return layer\(x\)`\. RuntimeError: (addmm: )?mat1 and mat2", told)


def test_a_layer_that_refuses_is_told_what_it_was_given_without_a_line_of_the_learners():
    told = calling(torch.ones(1, 4)).check(torch.nn.Sequential(torch.nn.Linear(3, 2))).message
    assert told.endswith(
        "Rows of 4 numbers met weights for 3: for a linear layer, `in_features` is 3."
    )


def test_addresses_colours_and_long_words_are_left_out():
    bold = "raise ValueError(f'\\x1b[1m{object()!r}\\x1b[0m is bad. ' + 'word ' * 100)"
    message = running(bold, 3)[1]
    assert "ValueError: <object object at 0x…> is bad." in message
    assert len(message) < 200


def test_who_asks_for_input_is_told_so():
    code, message = running("return int(input('How many? '))", 3)
    assert (code, "nobody to ask" in message) == ("asks", True)
