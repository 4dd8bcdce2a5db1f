"""Expressions as numpy: every name a column, unknown is NaN, truths are 1, 0 or NaN (Kleene's three values)."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any, Final, TypeAlias

import numpy as np

from facility.batch import F8

Columns: TypeAlias = Mapping[str, F8]
Evaluated: TypeAlias = Callable[[Columns], F8]

_NUMBERS: Final[dict[type[ast.AST], Any]] = {
    ast.Add: np.add, ast.Sub: np.subtract, ast.Mult: np.multiply, ast.Div: np.divide,
}  # fmt: skip
_COMPARES: Final[dict[type[ast.AST], Any]] = {
    ast.Lt: np.less, ast.LtE: np.less_equal, ast.Gt: np.greater, ast.GtE: np.greater_equal, ast.Eq: np.equal,
    ast.NotEq: np.not_equal,
}  # fmt: skip
_CALLS: Final[dict[str, Any]] = {"min": np.minimum, "max": np.maximum}


def evaluated(node: ast.expr) -> Evaluated:  # noqa: PLR0911 - one for each sort of node
    """A function of columns for a tree that facility.expression has read."""
    match node:
        case ast.Constant(value=number):
            return lambda _: np.array(float(number))  # type: ignore[arg-type]
        case ast.Name(id=name):
            return lambda columns: columns[name]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return _applied(np.negative, evaluated(operand))
        case ast.UnaryOp(operand=operand):
            return _applied(_not, truth(operand))
        case ast.BinOp(left=left, op=op, right=right):
            return _applied(_NUMBERS[type(op)], evaluated(left), evaluated(right))
        case ast.BoolOp(op=op, values=values):
            both = _and if isinstance(op, ast.And) else _or
            return reduce(lambda a, b: _applied(both, a, b), map(truth, values))
        case ast.Call(func=ast.Name(id="abs"), args=[argument]):
            return _applied(np.abs, evaluated(argument))
        case ast.Call(func=ast.Name(id=name), args=args):
            return reduce(lambda a, b: _applied(_CALLS[name], a, b), map(evaluated, args))
        case ast.Compare(left=left, ops=ops, comparators=right):
            sides = [evaluated(s) for s in (left, *right)]
            pairs = [_compared(_COMPARES[type(o)], a, b) for o, a, b in zip(ops, sides, sides[1:], strict=False)]
            return reduce(lambda a, b: _applied(_and, a, b), pairs)
    raise TypeError(f"{type(node).__name__} is not part of an expression")


def _applied(function: Any, *arguments: Evaluated) -> Evaluated:
    return lambda columns: function(*(a(columns) for a in arguments))


def _compared(function: Any, left: Evaluated, right: Evaluated) -> Evaluated:
    def compare(columns: Columns) -> F8:
        a, b = left(columns), right(columns)
        return np.where(np.isfinite(a) & np.isfinite(b), function(a, b), np.nan)

    return compare


def truth(node: ast.expr) -> Evaluated:
    """As `evaluated`; a number is true where it is not zero."""
    value = evaluated(node)
    if isinstance(node, ast.Compare | ast.BoolOp) or (isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)):
        return value
    return _compared(np.not_equal, value, lambda _: np.array(0.0))


def _not(a: F8) -> F8:
    return 1.0 - a


def _and(a: F8, b: F8) -> F8:
    return np.where((a == 0) | (b == 0), 0.0, a * b)


def _or(a: F8, b: F8) -> F8:
    return np.where((a == 1) | (b == 1), 1.0, a + b)
