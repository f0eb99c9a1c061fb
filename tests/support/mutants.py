"""Mutants: a solution with one thing changed, which a good check refuses.

Changed are operators, numbers, texts and truth values, comparisons, the order of operands and
arguments; dropped are calls (the argument stays), arguments, `with` blocks and statements.
Imports, docstrings and annotations stay.
"""

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Mutant:
    """A changed solution.

    Attributes:
        label: Where and what: `2: size - kernel -> size + kernel`.
        tree: The whole solution, changed.
    """

    label: str
    tree: ast.Module


OPERATORS = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div, ast.Add),
    ast.Div: (ast.Mult,),
    ast.FloorDiv: (ast.Div,),
    ast.Mod: (ast.FloorDiv,),
    ast.Pow: (ast.Mult,),
    ast.MatMult: (ast.Mult,),
}
COMPARISONS = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
ONE_SIDED = (ast.Sub, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.MatMult)
DROPPED = (ast.Assign, ast.AugAssign, ast.Expr, ast.Return, ast.If, ast.For, ast.While, ast.Raise)


def mutants(source: str) -> list[Mutant]:
    """Every mutant of a solution, each different from the solution and from the others."""
    tree = ast.parse(source)
    seen = {ast.dump(tree)}
    found = []
    for number, node in enumerate(ast.walk(tree)):
        for change, before, after in _changes(node):
            changed = copy.deepcopy(tree)
            change(_at(changed, number))
            ast.fix_missing_locations(changed)
            dump = ast.dump(changed)
            if dump not in seen:
                seen.add(dump)
                line = getattr(node, "lineno", 0)
                found.append(Mutant(f"{line}: {before} -> {after}", changed))
    return found


def _at(tree: ast.Module, number: int) -> ast.AST:
    """The node at a place of `ast.walk`, which visits a copy in the same order."""
    return next(node for i, node in enumerate(ast.walk(tree)) if i == number)


Change = tuple[Callable[[ast.AST], None], str, str]


def _changes(node: ast.AST) -> Iterator[Change]:
    """What can be changed at a node, with the text before and after."""
    yield from _statements(node)
    for name, field in ast.iter_fields(node):
        if name in ("annotation", "returns", "type_params"):
            continue
        if isinstance(field, ast.expr):
            for new in _replacements(field):
                yield _set(name, None, new), ast.unparse(field), ast.unparse(new)
        elif isinstance(field, list):
            for i, entry in enumerate(field):
                for new in _replacements(entry):
                    yield _set(name, i, new), ast.unparse(entry), ast.unparse(new)


def _set(name: str, index: int | None, new: ast.expr) -> Callable[[ast.AST], None]:
    def change(node: ast.AST) -> None:
        if index is None:
            setattr(node, name, copy.deepcopy(new))
        else:
            getattr(node, name)[index] = copy.deepcopy(new)

    return change


def _statements(node: ast.AST) -> Iterator[Change]:
    """Statements dropped, and the bodies of `with` and `if` in place of the whole."""
    for name in ("body", "orelse"):
        body = getattr(node, name, None)
        for i, statement in enumerate(body if isinstance(body, list) else ()):
            text = ast.unparse(statement).partition("\n")[0]
            if isinstance(statement, DROPPED) and not _is_docstring(statement):
                yield _splice(name, i, [ast.Pass()]), text, "pass"
            if isinstance(statement, ast.With):
                yield _splice(name, i, statement.body), text, "its body alone"
            if isinstance(statement, ast.If):
                yield _splice(name, i, statement.body), text, "its body, always"


def _splice(name: str, index: int, new: list[ast.stmt]) -> Callable[[ast.AST], None]:
    def change(node: ast.AST) -> None:
        getattr(node, name)[index : index + 1] = copy.deepcopy(new)

    return change


def _is_docstring(statement: ast.stmt) -> bool:
    value = getattr(statement, "value", None)
    return isinstance(statement, ast.Expr) and isinstance(value, ast.Constant)


def _replacements(node: object) -> Iterator[ast.expr]:
    """What may stand in an expression's place."""
    kind = _KINDS.get(type(node))
    if kind and isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
        yield from kind(node)


def _binary(node: ast.BinOp) -> Iterator[ast.expr]:
    for new in OPERATORS.get(type(node.op), ()):
        yield ast.BinOp(node.left, new(), node.right)
    if isinstance(node.op, ONE_SIDED):
        yield ast.BinOp(node.right, node.op, node.left)


def _unary(node: ast.UnaryOp) -> Iterator[ast.expr]:
    yield node.operand


def _boolean(node: ast.BoolOp) -> Iterator[ast.expr]:
    yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
    yield from node.values


def _comparison(node: ast.Compare) -> Iterator[ast.expr]:
    for new in COMPARISONS.get(type(node.ops[0]), ()):
        yield ast.Compare(node.left, [new(), *node.ops[1:]], node.comparators)


def _constant(node: ast.Constant) -> Iterator[ast.expr]:
    value = node.value
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int):
        yield from (ast.Constant(value + 1), ast.Constant(value - 1))
    elif isinstance(value, float):
        yield from (ast.Constant(value * 2), ast.Constant(-value))
    elif isinstance(value, str):
        yield ast.Constant(value + "x")


def _call(node: ast.Call) -> Iterator[ast.expr]:
    if isinstance(node.func, ast.Attribute):
        yield node.func.value  # x.detach() -> x
    if node.args and not isinstance(node.args[0], ast.Starred):
        yield node.args[0]  # relu(x) -> x
    for i in range(len(node.args) - 1):
        swapped = [*node.args[:i], node.args[i + 1], node.args[i], *node.args[i + 2 :]]
        yield ast.Call(node.func, swapped, node.keywords)
    for i in range(1, len(node.args)):
        yield ast.Call(node.func, node.args[:i] + node.args[i + 1 :], node.keywords)
    for i in range(len(node.keywords)):
        yield ast.Call(node.func, node.args, node.keywords[:i] + node.keywords[i + 1 :])


def _conditional(node: ast.IfExp) -> Iterator[ast.expr]:
    yield from (node.body, node.orelse)


def _generator(node: ast.GeneratorExp | ast.ListComp) -> Iterator[ast.expr]:
    for i, part in enumerate(node.generators):
        for j in range(len(part.ifs)):
            kept = ast.comprehension(
                part.target, part.iter, part.ifs[:j] + part.ifs[j + 1 :], part.is_async
            )
            parts = [*node.generators[:i], kept, *node.generators[i + 1 :]]
            yield type(node)(node.elt, parts)


_KINDS = {
    ast.BinOp: _binary,
    ast.UnaryOp: _unary,
    ast.BoolOp: _boolean,
    ast.Compare: _comparison,
    ast.Constant: _constant,
    ast.Call: _call,
    ast.IfExp: _conditional,
    ast.GeneratorExp: _generator,
    ast.ListComp: _generator,
}
