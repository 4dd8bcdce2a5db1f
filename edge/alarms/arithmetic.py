"""Expressions as numpy: every name a column, unknown is NaN; a truth is two columns, surely true and surely false."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any, Final, TypeAlias

import numpy as np

from edge.points import B1
from facility.batch import F8

Columns: TypeAlias = Mapping[str, F8]
Evaluated: TypeAlias = Callable[[Columns], F8]
Truth: TypeAlias = Callable[[Columns], tuple[B1, B1]]
"""(true, false) of Kleene's three values: unknown where neither."""

_NUMBERS: Final[dict[type[ast.AST], Any]] = {
    ast.Add: np.add, ast.Sub: np.subtract, ast.Mult: np.multiply, ast.Div: np.divide,
}  # fmt: skip
_COMPARES: Final[dict[type[ast.AST], Any]] = {
    ast.Lt: np.less, ast.LtE: np.less_equal, ast.Gt: np.greater, ast.GtE: np.greater_equal, ast.Eq: np.equal,
    ast.NotEq: np.not_equal,
}  # fmt: skip
_CALLS: Final[dict[str, Any]] = {"min": np.minimum, "max": np.maximum}


def truth(node: ast.expr) -> Truth:
    """A function of columns for a tree that facility.expression has read; a number is true where it is not zero."""
    match node:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return _not(truth(operand))
        case ast.BoolOp(op=op, values=values):
            return reduce(_and if isinstance(op, ast.And) else _or, map(truth, values))
        case ast.Compare(left=left, ops=ops, comparators=right):
            sides = [left, *right]
            pairs = [_compared(_COMPARES[type(o)], a, b) for o, a, b in zip(ops, sides, sides[1:], strict=False)]
            return reduce(_and, pairs)
    return _compared(np.not_equal, node, ast.Constant(0.0))


def _number(node: ast.expr) -> Evaluated:  # noqa: PLR0911 - one for each sort of node
    match node:
        case ast.Constant():
            constant = np.array(_constant(node))
            return lambda _: constant
        case ast.Name(id=name):
            return lambda columns: columns[name]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return _applied(np.negative, _number(operand))
        case ast.BinOp(left=left, op=op, right=right):
            return _applied(_NUMBERS[type(op)], _number(left), _number(right))
        case ast.Call(func=ast.Name(id="abs"), args=[argument]):
            return _applied(np.abs, _number(argument))
        case ast.Call(func=ast.Name(id=name), args=args):
            return reduce(lambda a, b: _applied(_CALLS[name], a, b), map(_number, args))
        case ast.UnaryOp() | ast.BoolOp() | ast.Compare():
            return _as_number(truth(node))
    raise TypeError(f"{type(node).__name__} is not part of an expression")


def _constant(node: ast.Constant) -> float:
    return float(node.value)  # type: ignore[arg-type]


def _applied(function: Any, *arguments: Evaluated) -> Evaluated:
    return lambda columns: function(*(a(columns) for a in arguments))


def _as_number(found: Truth) -> Evaluated:
    """1, 0 or NaN."""

    def number(columns: Columns) -> F8:
        true, false = found(columns)
        return np.where(true | false, true, np.nan)

    return number


def _compared(function: Any, left: ast.expr, right: ast.expr) -> Truth:
    """Unknown where a side is: no number, or beyond all numbers. A constant that is a number is not asked each time."""
    one, other = _number(left), _number(right)
    asks_one, asks_other = (not _is_finite_constant(side) for side in (left, right))

    def compare(columns: Columns) -> tuple[B1, B1]:
        a, b = one(columns), other(columns)
        known = np.isfinite(a) if asks_one else np.True_
        if asks_other:
            known = known & np.isfinite(b)
        true = function(a, b) & known
        return true, known > true

    return compare


def _is_finite_constant(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and math.isfinite(_constant(node))


def _not(found: Truth) -> Truth:
    def turned(columns: Columns) -> tuple[B1, B1]:
        true, false = found(columns)
        return false, true

    return turned


def _and(left: Truth, right: Truth) -> Truth:
    def both(columns: Columns) -> tuple[B1, B1]:
        (true, false), (also_true, also_false) = left(columns), right(columns)
        return true & also_true, false | also_false

    return both


def _or(left: Truth, right: Truth) -> Truth:
    return _not(_and(_not(left), _not(right)))
