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
    if not isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
        return
    match node:
        case ast.BinOp(left, operator, right):
            for new in OPERATORS.get(type(operator), ()):
                yield ast.BinOp(left, new(), right)
            if isinstance(operator, ONE_SIDED):
                yield ast.BinOp(right, operator, left)
        case ast.UnaryOp(_, operand):
            yield operand
        case ast.BoolOp(operator, values):
            yield ast.BoolOp(ast.Or() if isinstance(operator, ast.And) else ast.And(), values)
            yield from values
        case ast.Compare(left, [first, *others], comparators):
            for new in COMPARISONS.get(type(first), ()):
                yield ast.Compare(left, [new(), *others], comparators)
        case ast.Constant(bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(int(value)):
            yield from (ast.Constant(value + 1), ast.Constant(value - 1))
        case ast.Constant(float(value)):
            yield from (ast.Constant(value * 2), ast.Constant(-value))
        case ast.Constant(str(value)):
            yield ast.Constant(value + "x")
        case ast.Call():
            yield from _calls(node)
        case ast.IfExp(_, body, orelse):
            yield from (body, orelse)
        case ast.GeneratorExp(element, parts) | ast.ListComp(element, parts):
            for i, part in enumerate(parts):
                for j in range(len(part.ifs)):
                    kept = copy.copy(part)
                    kept.ifs = _without(part.ifs, j)
                    yield type(node)(element, [*parts[:i], kept, *parts[i + 1 :]])


def _calls(node: ast.Call) -> Iterator[ast.expr]:
    args, keywords = node.args, node.keywords
    if isinstance(node.func, ast.Attribute):
        yield node.func.value  # x.detach() -> x
    if args and not isinstance(args[0], ast.Starred):
        yield args[0]  # relu(x) -> x
    for i in range(len(args) - 1):
        yield ast.Call(node.func, [*args[:i], args[i + 1], args[i], *args[i + 2 :]], keywords)
    for i in range(1, len(args)):
        yield ast.Call(node.func, _without(args, i), keywords)
    for i in range(len(keywords)):
        yield ast.Call(node.func, args, _without(keywords, i))


def _without(entries: list, place: int) -> list:
    return entries[:place] + entries[place + 1 :]
