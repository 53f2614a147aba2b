"""Small mistakes that somebody could make in the body of a function: each is one change of one place of its source."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass

COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
REACHED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Div: ast.Mult,
    ast.Mod: ast.FloorDiv,
}
SWAPPED = {"min": "max", "max": "min", "any": "all", "all": "any"}
LEFT_OUT = ("annotation", "returns", "decorator_list", "defaults", "kw_defaults")  # made when the module is loaded


@dataclass(frozen=True)
class Mutant:
    """A mistake: the line it is in, what it changes, and the change, which is made in the tree it was found in."""

    line: int
    what: str
    make: Callable[[], None]


def mutants(tree: ast.Module) -> Iterator[Mutant]:
    """Every mistake in the functions of a module, in the order of its source."""
    yield from _below(tree, is_inside=False)


def _below(node: ast.AST, *, is_inside: bool) -> Iterator[Mutant]:
    for name, value in ast.iter_fields(node):
        if name in LEFT_OUT:
            continue
        for child in value if isinstance(value, list) else [value]:
            if not isinstance(child, ast.AST):
                continue
            if is_inside:
                yield from _of(child)
                yield from _dropped(node, name, child)
            yield from _below(child, is_inside=is_inside or isinstance(child, ast.FunctionDef | ast.Lambda))


def _of(node: ast.AST) -> Iterator[Mutant]:
    """The mistakes that keep the node in its place."""
    if isinstance(node, ast.Compare):
        for n, sign in enumerate(node.ops):
            other = COMPARED[type(sign)]
            yield Mutant(node.lineno, f"{type(sign).__name__} -> {other.__name__}", _setting(node.ops, n, other()))
    elif isinstance(node, ast.BinOp) and type(node.op) in REACHED:
        reached = REACHED[type(node.op)]
        yield Mutant(
            node.lineno, f"{type(node.op).__name__} -> {reached.__name__}", lambda: setattr(node, "op", reached())
        )
    elif isinstance(node, ast.BoolOp):
        joined = ast.Or if isinstance(node.op, ast.And) else ast.And
        yield Mutant(node.lineno, f"-> {joined.__name__}", lambda: setattr(node, "op", joined()))
    elif isinstance(node, ast.If | ast.IfExp | ast.While) and not isinstance(node.test, ast.Compare):
        negated = ast.UnaryOp(ast.Not(), node.test)
        yield Mutant(node.lineno, "test negated", lambda: setattr(node, "test", negated))
    elif isinstance(node, ast.Constant) and type(node.value) is int:
        more = node.value + 1
        yield Mutant(node.lineno, f"{node.value} -> {more}", lambda: setattr(node, "value", more))
    elif isinstance(node, ast.Constant) and type(node.value) is bool:
        flipped = not node.value
        yield Mutant(node.lineno, f"{node.value} -> {flipped}", lambda: setattr(node, "value", flipped))
    elif isinstance(node, ast.Name) and node.id in SWAPPED:
        swapped = SWAPPED[node.id]
        yield Mutant(node.lineno, f"{node.id} -> {swapped}", lambda: setattr(node, "id", swapped))
    elif isinstance(node, ast.Return) and not isinstance(node.value, ast.Constant | None):
        nothing = ast.Constant(None)
        yield Mutant(node.lineno, "returns None", lambda: setattr(node, "value", nothing))


def _dropped(parent: ast.AST, name: str, node: ast.AST) -> Iterator[Mutant]:
    """The mistakes that leave something out."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield Mutant(node.lineno, "not dropped", _putting(parent, name, node, node.operand))
    if isinstance(node, ast.AugAssign) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)):
        yield Mutant(node.lineno, "statement dropped", _putting(parent, name, node, ast.Pass()))


def _setting(signs: list[ast.cmpop], place: int, sign: ast.cmpop) -> Callable[[], None]:
    return lambda: signs.__setitem__(place, sign)


def _putting(parent: ast.AST, name: str, old: ast.AST, new: ast.AST) -> Callable[[], None]:
    def put() -> None:
        held = getattr(parent, name)
        if isinstance(held, list):
            held[held.index(old)] = new
        else:
            setattr(parent, name, new)

    return put
