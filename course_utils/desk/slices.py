"""Of a notebook's code cells, those that one answer needs, in an order in which they can run.

Executing whole lessons for every answer would train networks for nothing. So the cells are
followed backwards by name: from the answer's cell to the cells that define what it uses, and on.
What a cell does to an object that another has defined (`net.eval()`) is not followed; where that
matters, all cells are executed instead.

The sources are strangers'. Parsing them can exhaust Python itself, so this runs where it may.
"""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

MAGIC = ("%", "!", "?")
NEW_SCOPE = (
    *(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda),
    *(ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp),
)


@dataclass(frozen=True)
class Code:
    """A code cell; what it defines and uses is read from its syntax tree."""

    source: str

    @cached_property
    def tree(self) -> ast.Module:
        """The tree; empty where the cell is no Python."""
        try:
            return ast.parse(self.source)
        except (SyntaxError, ValueError):
            return ast.Module([], [])

    @cached_property
    def defines(self) -> frozenset[str]:
        """Names that stand for something when the cell has run."""
        return frozenset(name for statement in self.tree.body for name in _defined(statement))

    @cached_property
    def uses(self) -> frozenset[str]:
        """Names that must stand for something before it runs, or before its functions do."""
        known, needed, later = set(), set(), set()
        for statement in self.tree.body:
            now, then = _loads(statement)
            needed |= now - known
            later |= then
            known |= set(_defined(statement))
        return frozenset(needed | (later - known))

    def checks(self, exercise: str, answer: str = "") -> bool:
        """Tell whether the cell calls an exercise's check, with the answer's name if given."""
        return any(_is_check(node, exercise, answer) for node in ast.walk(self.tree))


def without_magic(source: str) -> str:
    """Return a cell's source without the lines that only IPython understands.

    Example:
        >>> without_magic("%matplotlib inline\\nx = 1")
        '\\nx = 1'
    """
    try:
        ast.parse(source)
    except (SyntaxError, ValueError):
        lines = source.split("\n")
        return "\n".join("" if line.lstrip().startswith(MAGIC) else line for line in lines)
    return source


def find_answer(
    cells: Sequence[Code], exercise: str, answer: str, marked: Sequence[int], is_alone: bool
) -> int | None:
    """Return the place of the cell that gives an answer its last form before its check.

    Args:
        cells: The notebook's code cells.
        exercise: The exercise's name.
        answer: The name that its check is given.
        marked: Cells that the course has made for this answer; several where one was copied.
        is_alone: Whether no other exercise of the lesson has an answer of that name.
    """
    definers = [i for i, cell in enumerate(cells) if answer in cell.defines]
    check = find_check(cells, exercise, answer)
    if marked:
        first, last = marked[0], max(marked[-1], -1 if check is None else check)
        near = [i for i in definers if first <= i <= last]
        return near[-1] if near else marked[-1]
    if check is not None:
        before = [i for i in definers if i <= check]
        return (before or definers or [None])[-1]
    return definers[-1] if definers and is_alone else None


def find_check(cells: Sequence[Code], exercise: str, answer: str) -> int | None:
    """Return the place of the last cell that checks the answer."""
    for wanted in (answer, ""):
        found = [i for i, cell in enumerate(cells) if cell.checks(exercise, wanted)]
        if found:
            return found[-1]
    return None


def imports_apart(cells: Sequence[Code], answer: int) -> tuple[list[Code], int]:
    r"""Split every cell but the answer's into imports and the rest; say where the answer is now.

    Who needs what a cell has imported then does not run the training that follows in it.

    Example:
        >>> cells, answer = imports_apart([Code("import torch\nslow()"), Code("torch.ones(2)")], 1)
        >>> [cell.source for cell in cells], answer
        (['import torch', 'slow()', 'torch.ones(2)'], 2)
    """
    before = [part for cell in cells[:answer] for part in _parts(cell)]
    after = [part for cell in cells[answer + 1 :] for part in _parts(cell)]
    return [*before, cells[answer], *after], len(before)


def _parts(cell: Code) -> list[Code]:
    body = cell.tree.body
    imports = [s for s in body if isinstance(s, ast.Import | ast.ImportFrom)]
    others = [s for s in body if s not in imports]
    if not imports or not others:
        return [cell]
    return [
        Code("\n".join(ast.get_source_segment(cell.source, s) or "" for s in part))
        for part in (imports, others)
    ]


def needed_cells(cells: Sequence[Code], answer: int) -> list[int]:
    """Return the places of the cells that an answer's cell needs, and its own as the last.

    A name is looked up in the nearest cell above; where cells were reordered, in one below.
    """
    order: list[int] = []
    _visit(cells, answer, set(), order)
    return order


def _visit(cells: Sequence[Code], i: int, seen: set[int], order: list[int]) -> None:
    seen.add(i)
    for name in sorted(cells[i].uses):
        j = _definer(cells, name, i)
        if j is not None and j not in seen:
            _visit(cells, j, seen, order)
    order.append(i)


def _definer(cells: Sequence[Code], name: str, i: int) -> int | None:
    for j in (*range(i - 1, -1, -1), *range(i + 1, len(cells))):
        if name in cells[j].defines:
            return j
    return None


def _defined(statement: ast.stmt) -> Iterator[str]:
    """Names that a statement of a cell binds, those inside its functions left out."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield statement.name
        return
    for node in _outside_functions(statement):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from (a.asname or a.name.partition(".")[0] for a in node.names)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name


def _outside_functions(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    if isinstance(node, NEW_SCOPE):
        return
    for child in ast.iter_child_nodes(node):
        yield from _outside_functions(child)


def _loads(statement: ast.stmt) -> tuple[set[str], set[str]]:
    """Names a statement uses when it runs, and names its functions use when they are called."""
    then: set[str] = set()
    for node in ast.walk(statement):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            body = node.body if isinstance(node.body, list) else [node.body]
            inside = [inner for part in body for inner in ast.walk(part)]
            then |= _names(inside, ast.Load) - _names(inside, ast.Store) - _arguments(node)
    delayed = {id(n) for node in ast.walk(statement) for n in _delayed(node)}
    at_once = [node for node in ast.walk(statement) if id(node) not in delayed]
    loops = [inner for node in at_once for inner in _targets(node)]
    now = _names(at_once, ast.Load) - _names(loops, ast.Store)
    if isinstance(statement, ast.AugAssign):
        now |= _names([statement.target], ast.Store)
    return now, then


def _targets(node: ast.AST) -> Iterator[ast.AST]:
    """What a comprehension counts with: names of its own."""
    if isinstance(node, ast.comprehension):
        yield from ast.walk(node.target)


def _delayed(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        for part in node.body if isinstance(node.body, list) else [node.body]:
            yield from ast.walk(part)


def _names(nodes: list[ast.AST], kind: type) -> set[str]:
    return {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, kind)}


def _arguments(function: ast.AST) -> set[str]:
    return {node.arg for node in ast.walk(function.args) if isinstance(node, ast.arg)}


def _is_check(node: ast.AST, exercise: str, answer: str) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "check"
        and getattr(node.func.value, "id", None) == exercise
        and (not answer or [getattr(argument, "id", None) for argument in node.args] == [answer])
    )
