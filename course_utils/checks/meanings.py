"""What the best known exceptions of Python and PyTorch mean, in a sentence each."""

import re

_NONE = "Something here is `None`: often a `return` is missing, or an in-place method returned it."
_BLANK = "A `...` still stands where code should be."
_TYPES = "All tensors in one operation need the same dtype; `x.float()` makes float32 of another."
_LEAF = (
    "A tensor that requires a gradient can be changed in place only inside "
    "`with torch.no_grad():`, where autograd takes no notes."
)

MEANINGS: list[tuple[str, str]] = [
    (r"ellipsis", _BLANK),
    (
        r"mat1 and mat2 shapes cannot be multiplied \((\d+)x(\d+) and (\d+)x(\d+)\)",
        "Rows of {1} numbers met weights for {2}: for a linear layer, `in_features` is {2}.",
    ),
    (
        r"cannot assign (?:module|parameter)s? before Module|has no attribute '_\w+_hooks'",
        "The first line of `__init__` has to be `super().__init__()`: it prepares the module "
        "to store layers.",
    ),
    (
        r'missing the required "forward" function',
        "The class has no method called `forward`: look at its spelling and its indentation.",
    ),
    (r"leaf Variable that requires grad is being used in an in-place operation", _LEAF),
    (
        r"backward through the graph a second time",
        "The first `backward()` freed the notes of this forward pass; compute the loss again "
        "before the next one.",
    ),
    (
        r"expected target dtype to be Long|expected scalar type Long",
        "Class numbers as targets are whole numbers of dtype `torch.long` (int64).",
    ),
    (
        r"Expected input batch_size \((\d+)\) to match target batch_size \((\d+)\)",
        "There are {0} rows of scores but {1} targets; each row needs one.",
    ),
    (
        r"Target (-?\d+) is out of bounds",
        "A class number has to be smaller than the row of scores is long.",
    ),
    (
        r"size of tensor a \((\d+)\) must match the size of tensor b \((\d+)\) .*dimension (\d+)",
        "The shapes differ in dimension {2}: {0} against {1}. Broadcasting stretches a 1 only.",
    ),
    (
        r"Boolean value of Tensor with more than one value is ambiguous",
        "A condition needs one truth value, and this tensor holds many: reduce it by `.all()` "
        "or `.any()`.",
    ),
    (
        r"does not require grad and does not have a grad_fn",
        "Autograd took no notes: no ingredient requires a gradient, or the result was detached "
        "or computed under `no_grad`.",
    ),
    (
        r"grad can be implicitly created only for scalar outputs",
        "`backward()` alone needs a single number; reduce the tensor, or give it a vector of "
        "the same shape.",
    ),
    (
        r"modified by an inplace operation",
        "A value that `backward` needs was overwritten after it had been used.",
    ),
    (
        r"expected input(\[.*?\]) to have (\d+) channels, but got (\d+) channels",
        "The convolution was made for {1} channels and was given {2}.",
    ),
    (
        r"Kernel size: \((.*?)\). Kernel size can't be greater than actual input size",
        "The image has become smaller than the kernel of {0}.",
    ),
    (
        r"input to conv2d, but got input of size: (\[.*?\])",
        "A convolution takes (N, C, H, W); this input has the shape {0}.",
    ),
    (
        r"shape '(\[.*?\])' is invalid for input of size (\d+)",
        "{1} numbers cannot be arranged as {0}.",
    ),
    (
        r"view size is not compatible",
        "`view` refuses numbers that do not lie in order; `reshape` or `flatten` copies them.",
    ),
    (
        r"must have the same dtype|Input type \(.*\) and bias type|expected .*Float but found",
        _TYPES,
    ),
    (
        r"could not infer output dtype|must be either a floating point",
        "A mean of whole numbers needs another type first: `.float()`.",
    ),
    (
        r"Expected more than 1 value per channel when training",
        "In training mode batch norm compares the images of a batch, and this batch has one alone: "
        "choose a batch size that leaves no single image over.",
    ),
    (
        r"a Tensor with (\d+) elements cannot be converted to Scalar",
        "One number was wanted, and this tensor holds {0}.",
    ),
    (
        r"[Oo]nly [Tt]ensors of floating point .*can require gradients",
        "Only floating-point tensors can do this; write `2.0` in place of `2`, or use `.float()`.",
    ),
    (
        r"Can't call numpy\(\) on Tensor that requires grad",
        "`detach()` first: NumPy knows nothing of gradients.",
    ),
    (
        r"Dimension out of range \(.* range of \[(-?\d+), (-?\d+)\], but got (-?\d+)\)",
        "This tensor's dimensions are numbered {0} to {1}; there is no dimension {2}.",
    ),
    (
        r"not NoneType|'NoneType'",
        _NONE,
    ),
    (
        r"must be Tensor, not (\w+)",
        "A tensor is needed here, not {0}: `torch.tensor(…)` makes one.",
    ),
    (
        r"name '(\w+)' is not defined",
        "Python knows no `{0}` here: look at its spelling, or run the cell that defines it.",
    ),
    (
        r"cannot access local variable '(\w+)'|local variable '(\w+)' referenced before",
        "The name gets its value only on a path that this call did not take.",
    ),
    (
        r"(\w+)\(\) (?:takes|missing) .*positional argument",
        "It was called with another number of arguments than it takes; compare with the task.",
    ),
    (
        r"unexpected keyword argument '(\w+)'",
        "It takes no argument called `{0}`; compare with the task.",
    ),
    (
        r"object is not callable",
        "Something that is no function was called like one, with round brackets.",
    ),
    (
        r"'(\w+)' object has no attribute '(\w+)'",
        "Look at the spelling of `{1}`, and whether it was made in `__init__`.",
    ),
]

_BY_TYPE: list[tuple[type[BaseException], str]] = [
    (
        RecursionError,
        "It calls itself again and again; a case that ends the chain is missing.",
    ),
    (ZeroDivisionError, "Something was divided by zero."),
    (SystemExit, "The answer asked Python to end; remove `exit()` or `quit()`."),
    (KeyboardInterrupt, "It was interrupted, and the check ends here."),
    (GeneratorExit, "The answer ended a generator; return a value."),
    (StopIteration, "There was no next element."),
]


def meaning_of(error: BaseException, words: str) -> str:
    """What the best known messages of Python and PyTorch mean; empty for others."""
    for kind, meaning in _BY_TYPE:
        if isinstance(error, kind):
            return meaning
    for pattern, meaning in MEANINGS:
        if match := re.search(pattern, words):
            return meaning.format(*match.groups())
    return ""
