r"""What the best known exceptions of Python and PyTorch mean, in a sentence or two each.

A pattern stands on a line of its own, its meaning indented below; {0} is the pattern's first group.
A pattern is looked for in `RuntimeError: its own words <in forward>`, where the brackets hold the
Python function of a library in which it was raised, or `<called by the check>`. The first one
that is found counts.
"""

import re

TABLE = r"""
ellipsis
    A `...` still stands where code should be.
Boolean value of Tensor .*<in legacy_get_string>
    The brackets of a loss make it, second ones use it: `nn.MSELoss()(output, target)`.
Boolean value of Tensor with more than one value is ambiguous
    A condition needs one truth value, and this tensor holds many: reduce it by `.all()` or
    `.any()`.
mat1 and mat2 shapes cannot be multiplied \((\d+)x(\d) and (\d\d+)x(\d+)\).*<in forward>
    Rows of {1} numbers met weights for {2}. Are the maps flattened before the linear layer?
mat1 and mat2 shapes cannot be multiplied \((\d+)x(\d+) and (\d+)x(\d+)\).*<in forward>
    Rows of {1} numbers met weights for {2}: for a linear layer, `in_features` is {2}.
mat1 and mat2 shapes cannot be multiplied \((\d+)x(\d+) and (\d+)x(\d+)\)
    In a matrix product the inner sizes are equal; here {1} meets {2}.
size of tensor a \((\d+)\) must match the size of tensor b \((\d+)\) .*dimension (\d+)
    The shapes differ in dimension {2}: {0} against {1}. Broadcasting stretches a 1 only.
cannot assign (?:module|parameter)s? before Module|has no attribute '_\w+_hooks'
    The first line of `__init__` has to be `super().__init__()`: it prepares the module to store
    layers.
missing the required "forward" function
    The class has no method called `forward`: look at its spelling and its indentation.
forward\(\) takes (\d+) positional arguments? but (\d+) w
    `forward` got {1} arguments, the object itself among them: `def forward(self, x):`.
leaf Variable that requires grad is being used in an in-place operation
    A tensor that requires a gradient can be changed in place only inside `with torch.no_grad():`,
    where autograd takes no notes.
backward through the graph a second time
    The first `backward()` freed the notes of this forward pass; compute the loss again before the
    next one.
'(?:float|int)' object has no attribute 'backward'
    This is a Python number: `.item()` leaves behind what `backward()` needs. Call it on the tensor.
'(?:float|int)' object has no attribute '(\w+)'
    This is a Python number, and a tensor is needed: `torch.tensor(…)` makes one.
'bool' object has no attribute '(\w+)'
    A comparison gave a single truth value: is a method compared without its brackets, as in
    `scores.argmax == labels`, or the pair that `max(dim=1)` returns?
Expected state_dict to be dict-like, got <class 'method'>
    `state_dict` is a method: with brackets, `net.state_dict()`, it returns the weights.
['(](?:builtin_function_or_method|method|function)[')]
    A method or function stands here without its brackets, `()`.
Expected state_dict to be dict-like
    `load_state_dict` takes the dictionary that `torch.load(path)` gives back.
expected 'f' to be string, path
    `torch.save` takes first what is saved, then the file.
'type' object does not support the context manager protocol
    Brackets are missing after `with`, as in `with torch.no_grad():`.
Weights only load failed
    The file holds more than tensors. Was `net.state_dict` saved without its brackets? Save
    `net.state_dict()`, the weights alone.
expected target dtype to be Long|expected scalar type Long
    Class numbers as targets are whole numbers of dtype `torch.long` (int64).
Expected input batch_size \((\d+)\) to match target batch_size \((\d+)\)
    There are {0} rows of scores but {1} targets; each row needs one.
Target (-?\d+) is out of bounds
    A class number has to be smaller than the row of scores is long.
does not require grad and does not have a grad_fn
    Autograd took no notes: no ingredient requires a gradient, or the result was detached or
    computed under `no_grad`.
grad can be implicitly created only for scalar outputs
    `backward()` alone needs a single number; reduce the tensor, or give it a vector of the same
    shape.
modified by an inplace operation
    A value that `backward` needs was overwritten after it had been used.
expected input(\[.*?\]) to have (\d+) channels, but got (\d+) channels
    The number of channels is {2} here; the convolution was made for {1}.
Kernel size: \((.*?)\). Kernel size can't be greater than actual input size
    The image has become smaller than the kernel of {0}.
input to conv2d, but got input of size: (\[.*?\])
    A convolution takes (N, C, H, W); this input has the shape {0}.
shape '(\[.*?\])' is invalid for input of size (\d+)
    {1} numbers cannot be arranged as {0}.
view size is not compatible
    `view` refuses numbers that do not lie in order; `reshape` or `flatten` copies them.
must have the same dtype|Input type \(.*\) and bias type|expected .*Float but found
    All tensors in one operation need the same dtype; `x.float()` makes float32 of another.
could not infer output dtype|must be either a floating point
    A mean needs floating-point numbers: `.float()` makes them of whole numbers, True and False.
Expected more than 1 value per channel when training
    In training mode batch norm compares the images of a batch, and this batch has one alone.
    Is it what was left for the last batch?
a Tensor with (\d+) elements cannot be converted to Scalar
    One number was wanted, and this tensor holds {0}.
[Oo]nly [Tt]ensors of floating point .*can require gradients
    Only floating-point tensors can do this; write `2.0` in place of `2`, or use `.float()`.
Dimension out of range \(.* range of \[(-?\d+), (-?\d+)\], but got (-?\d+)\)
    This tensor's dimensions are numbered {0} to {1}; there is no dimension {2}.
NoneType
    Something here is `None`: a `return` is missing, a method returned nothing, or a `.grad` is
    still empty.
must be Tensor, not ([A-Z]\w+)
    A `{0}` stands where a tensor is needed. Of a layer, the first brackets make it and second ones
    use it: `nn.ReLU()(x)`, `self.layer(x)`.
must be Tensor, not (\w+)
    A tensor is needed here, not {0}: are two arguments swapped, or is `torch.tensor(…)` missing?
(?:mean|sum|prod|amax|amin)\(\) takes from|invalid combination of arguments - got \(int, int
    Several dimensions or sizes are one argument here, in brackets of their own: `(1, 2)`.
received an invalid combination of arguments - got \((.*?)\)
    It does not take this: ({0}). Compare order, number and kind with its documentation.
dim (\d+) appears multiple times
    Dimension {0} is named twice; each dimension to reduce is named once.
name '([NCHW])' is not defined
    Python knows no `{0}` here. If it is a size in the task, a tensor's `shape` has it; where a
    dimension is wanted, give its position, from 0.
name '(\w+)' is not defined
    Python knows no `{0}` here: look at its spelling, or run the cell that defines it.
cannot access local variable '(\w+)'|local variable '(\w+)' referenced before
    The name gets its value only on a path that this call did not take.
must match the existing size \((\d+)\) at non-singleton dimension (\d+)
    Only a size of 1 can be stretched; dimension {1} of the result meets the size {0}.
'torch.Size'
    A shape is several numbers, one for each dimension; `numel()` counts those of a tensor.
tuple index out of range
    A tuple ends before this place; a tensor's shape has as many places as dimensions.
bitwise_xor
    `^` works on the bits of whole numbers; a power is `**`.
not implemented for '(Long|Int|Bool)'
    This wants floating-point numbers: are two arguments swapped, or is `.float()` missing?
Expected floating point type for target with class
    Against class numbers, cross entropy takes all scores of each row: no `argmax` before it.
descriptor '__init__' of 'super'
    `super` has brackets of its own: `super().__init__()`.
is not a Module subclass
    Layers are wanted one by one; a `*` spreads a list or a generator: `nn.Sequential(*layers)`.
'type' object is not (?:iterable|subscriptable)
    A class stands here without its brackets, `()`.
'generator'
    A generator hands out one thing after another to a `for` loop; `list(…)` collects them all.
index (-?\d+) is out of bounds for dimension (\d+) with size (\d+)
    Dimension {1} has the size {2} and counts from 0, so there is no number {0}.
argument.*<called by the check>
    It has to take the arguments that the task names, under their names where these are given.
missing \d+ required positional arguments?: (.*?) <
    This call leaves out {0}. Where a class itself is meant, it has no brackets.
\(\) takes (.*?) positional arguments? but (\d+) w
    This call gives {1} arguments, with the object itself where it is a method; {0} are taken.
unexpected keyword argument '(\w+)'
    What is called on this line has no argument called `{0}`.
object is not callable
    Something that is no function was called like one, with round brackets.
'tuple' object has no attribute '(?:numel|requires_grad\w*|grad|data)'
    `named_parameters()` gives pairs: `for name, parameter in …` takes them apart.
'(\w+)' object has no attribute '(\w*squeeze|view|reshape|size|shape|dim|item|argmax|detach)'
    A tensor is needed here, and this is a `{0}`: are two arguments swapped, or was it not called?
'([\w.]+)' object has no attribute '(\w+)'
    A `{0}` has nothing called `{1}`. Is it spelled so, is another object meant, or was it never
    made in `__init__`?
^RecursionError
    It calls itself again and again; a case that ends the chain is missing.
^KeyboardInterrupt
    It was interrupted, and the check ends here.
^AssertionError
    An `assert` of your own does not hold for what the check hands in.
"""

MEANINGS: list[tuple[str, str]] = [
    (pattern, " ".join(meaning.split()))
    for pattern, meaning in re.findall(r"^(\S.*)\n((?:    .*\n)+)", TABLE, re.MULTILINE)
]


def meaning_of(words: str) -> str:
    """What the best known exceptions mean; empty for others."""
    for pattern, meaning in MEANINGS:
        if match := re.search(pattern, words, re.DOTALL):
            return meaning.format(*match.groups())
    return ""
