"""The small language of expression rules: comparisons and arithmetic over points, name-plate figures and the hour."""

from __future__ import annotations

import ast
from typing import Final

RATED: Final = "rated_"
"""`rated_current` is the equipment's `rated: {current: …}` in site.yaml."""
LOCAL_HOUR: Final = "local_hour"
"""The site's wall clock, 0 … 23."""
FUNCTIONS: Final = frozenset({"abs", "min", "max"})

_ALLOWED: Final = (
    ast.Expression, ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.USub, ast.BinOp, ast.Add, ast.Sub, ast.Mult,
    ast.Div, ast.Compare, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq, ast.Call, ast.Name, ast.Load,
    ast.Constant,
)  # fmt: skip


def parsed(text: str) -> ast.expr:
    """The tree of an expression; ValueError says what in it is not understood."""
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except SyntaxError as error:
        raise ValueError(f"can't read the expression {text!r}: {error.msg}") from error
    for node in ast.walk(tree):
        _check(node, text)
    _refuse(
        not isinstance(tree.body, ast.Compare | ast.BoolOp | ast.UnaryOp),
        f"the expression {text!r} gives a number; write a comparison such as flow < 0.5",
    )
    return tree.body


def names(text: str) -> frozenset[str]:
    """The names that an expression reads; ValueError as `parsed`."""
    tree = parsed(text)
    called = {n.func.id for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
    return frozenset(n.id for n in ast.walk(tree) if isinstance(n, ast.Name)) - called


def _check(node: ast.AST, text: str) -> None:
    _refuse(
        not isinstance(node, _ALLOWED),
        f"{type(node).__name__} is not part of an expression ({text!r}); "
        "there are: and or not + - * / < <= > >= == != abs() min() max()",
    )
    if isinstance(node, ast.Constant):
        number = isinstance(node.value, int | float) and not isinstance(node.value, bool)
        _refuse(not number, f"{node.value!r} is no number ({text!r})")
    if isinstance(node, ast.Call):
        known = isinstance(node.func, ast.Name) and node.func.id in FUNCTIONS
        _refuse(not known, f"only abs(), min() and max() can be called ({text!r})")
        alone = isinstance(node.func, ast.Name) and node.func.id == "abs"
        fits = len(node.args) == 1 if alone else len(node.args) >= 2
        _refuse(not fits or bool(node.keywords), f"abs() takes one value, min() and max() two or more ({text!r})")


def _refuse(wrong: bool, says: str) -> None:  # noqa: FBT001
    if wrong:
        raise ValueError(says)


def points(text: str) -> frozenset[str]:
    """The points that it reads."""
    return frozenset(n for n in names(text) if n != LOCAL_HOUR and not n.startswith(RATED))


def rated(text: str) -> frozenset[str]:
    """The name-plate figures that it reads, without `rated_`."""
    return frozenset(n.removeprefix(RATED) for n in names(text) if n.startswith(RATED))
