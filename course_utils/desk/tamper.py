"""Notices when an answer changed what it is checked with.

Before a stranger's code runs, every function and class of the course, of `builtins`, and of those
parts of PyTorch that checks use is noted down: which object stands under each name, and which
code it holds. Afterwards the same names are looked up again. Who knows this file can still get
round it, since the code runs in the same process; it catches what somebody would try first.
"""

import builtins
import gc
import math
import sys
from collections.abc import Iterator
from types import FunctionType, ModuleType

OWN = "course_utils"
PARTS = (
    "torch",
    "torch.autograd",
    "torch.functional",
    "torch.nn",
    "torch.nn.functional",
    "torch.nn.init",
    "torch.optim",
    "torch.testing",
    "torch._tensor",
    "torch.nn.modules.module",
)
LET_BE = frozenset({"_", "__", "___", "_given", "__warningregistry__"})  # change in honest use

Place = tuple[str, str]
Noted = dict[Place, tuple[object, ...]]


def note_down() -> Noted:
    """Return what stands under each name that a check relies on."""
    found: Noted = {}
    for where, names, is_closed in _spaces():
        kept = {name: value for name, value in names.items() if name not in LET_BE}
        if is_closed:
            found[where, "a new name"] = tuple(sorted(kept))
        for name, value in kept.items():
            if callable(value) or not where.startswith("torch"):
                found[where, name] = (value, *_contents(value))
    return found


def changed_since(before: Noted) -> list[Place]:
    """Return the names under which something else stands than before.

    A new name in a module is no change, for modules are loaded when they are first needed; in a
    class or an exercise it is one.
    """
    now = note_down()
    return [place for place, held in before.items() if not _same(held, now.get(place))]


def is_watched() -> bool:
    """Tell whether something was installed that is called while a check runs."""
    return bool(sys.gettrace() or sys.getprofile() or gc.callbacks)


def _spaces() -> Iterator[tuple[str, dict, bool]]:
    """Every namespace that matters, and whether nothing may be added to it."""
    modules = [builtins, math, *(sys.modules[name] for name in PARTS if name in sys.modules)]
    modules += [m for name, m in sorted(sys.modules.items()) if _is_ours(name, m)]
    for module in modules:
        yield module.__name__, dict(vars(module)), False
        for name, value in list(vars(module).items()):
            place = f"{module.__name__}.{name}"
            if isinstance(value, type) and _belongs(value, module):
                yield place, dict(vars(value)), True
            elif type(value).__name__ == "Exercise":
                yield place, dict(vars(value)), True
                yield f"{place}.starter", dict(vars(value.starter)), True


def _is_ours(name: str, module: object) -> bool:
    return isinstance(module, ModuleType) and (name == OWN or name.startswith(f"{OWN}."))


def _belongs(kind: type, module: ModuleType) -> bool:
    return kind.__module__ == module.__name__ or kind.__module__.startswith("torch")


def _contents(value: object) -> tuple[object, ...]:
    if isinstance(value, FunctionType):
        return value.__code__, value.__defaults__, value.__kwdefaults__
    return ()


def _same(one: tuple, other: tuple | None) -> bool:
    return other is not None and len(one) == len(other) and all(map(_is, one, other))


def _is(one: object, other: object) -> bool:
    return one is other
