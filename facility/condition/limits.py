"""How far each limit of an alarm rule is from what is read now."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from facility import expression as expressions
from facility.alarm import Bit, Condition, Count, Deviation, Expression, High, Is, Low, Rate, Rule
from facility.expression import RATED

Direction = Literal["high", "low", "equal", "unequal"]
"""Which side of the limit alarms."""
Values = Mapping[str, float]
"""Point → its good value now; `local_hour` and `rated_…` beside them. What is not known is not in it."""


@dataclass(frozen=True, slots=True)
class Room:
    """One comparison of a rule. `room` is what is left, in the unit of the value: 0 and below is beyond the limit."""

    says: str
    """A point's id, or the expression's own words."""
    point: str | None
    direction: Direction
    value: float | None
    limit: float | None
    clears: float | None
    """Where it is over again."""
    room: float | None
    holds: bool | None
    """Whether the comparison is true now; None: a value is not known."""


def rooms(rule: Rule, values: Values, counts: Mapping[str, float] | None = None) -> tuple[Room, ...]:
    """Every limit of a rule; none of a rule that has none (a message, a silence).

    `counts` says how far a counter rose within the rule's own window.
    """
    condition = rule.condition
    if isinstance(condition, Expression):
        return tuple(_comparisons(expressions.parsed(condition.expression), values))
    one = _one(condition, values, counts or {})
    return (one,) if one is not None else ()


def _one(condition: Condition, values: Values, counts: Mapping[str, float]) -> Room | None:
    found: Room | None = None
    match condition:
        case High():
            found = _side(condition.point, "high", values.get(condition.point), condition.limit, condition.deadband)
        case Low():
            found = _side(condition.point, "low", values.get(condition.point), condition.limit, condition.deadband)
        case Deviation():
            found = _deviation(condition, values)
        case Is() | Bit():
            value = values.get(condition.point)
            found = Room(condition.point, condition.point, "equal", value, None, None, None, None)
        case Count():
            found = _count(condition, counts.get(condition.point))
        case Rate():
            found = Room(condition.point, condition.point, "high", None, condition.limit, None, None, None)
    return found


def is_holding(rule: Rule, value: float | None, states: Mapping[int, str]) -> bool | None:
    """Whether a rule on a state or a bit holds; None: the value is not known, or it is another sort of rule."""
    if value is None or not isinstance(rule.condition, Is | Bit):
        return None
    if isinstance(rule.condition, Is):
        return states.get(round(value)) in rule.condition.states
    return bool(int(value) >> rule.condition.bit & 1)


def _side(point: str, side: Literal["high", "low"], value: float | None, limit: float, deadband: float) -> Room:
    clears = limit - deadband if side == "high" else limit + deadband
    if value is None:
        return Room(point, point, side, None, limit, clears, None, None)
    room = limit - value if side == "high" else value - limit
    return Room(point, point, side, value, limit, clears, room, room < 0)


def _count(condition: Count, count: float | None) -> Room:
    """It alarms with the `times`th, not beyond it."""
    limit = float(condition.times)
    room = None if count is None else limit - count
    holds = None if count is None else count >= limit
    return Room(condition.point, condition.point, "high", count, limit, limit, room, holds)


def _deviation(condition: Deviation, values: Values) -> Room:
    one, other = values.get(condition.point), values.get(condition.of)
    apart = None if one is None or other is None else abs(one - other)
    found = _side(condition.point, "high", apart, condition.limit, condition.deadband)
    return Room(
        f"abs({condition.point} - {condition.of})", condition.point, "high", found.value, found.limit, found.clears,
        found.room, found.holds,
    )  # fmt: skip


_SIDES: Final[dict[type[ast.cmpop], Direction]] = {
    ast.Gt: "high", ast.GtE: "high", ast.Lt: "low", ast.LtE: "low", ast.Eq: "equal", ast.NotEq: "unequal",
}  # fmt: skip
_OPPOSITE: Final[dict[Direction, Direction]] = {"high": "low", "low": "high", "equal": "unequal", "unequal": "equal"}


def _comparisons(tree: ast.expr, values: Values, *, turned: bool = False) -> list[Room]:
    """Each comparison in it; `not` turns what alarms round."""
    if isinstance(tree, ast.BoolOp):
        return [room for part in tree.values for room in _comparisons(part, values, turned=turned)]
    if isinstance(tree, ast.UnaryOp):
        return _comparisons(tree.operand, values, turned=not turned)
    if not isinstance(tree, ast.Compare):
        return []
    sides = [tree.left, *tree.comparators]
    return [
        _comparison(sides[place], sides[place + 1], _SIDES[type(operator)], values, turned=turned)
        for place, operator in enumerate(tree.ops)
    ]


def _comparison(left: ast.expr, right: ast.expr, direction: Direction, values: Values, *, turned: bool) -> Room:
    """The side that reads a point is the value, the other one its limit."""
    direction = _OPPOSITE[direction] if turned else direction
    if not _points(left) and _points(right):
        left, right = right, left
        direction = _OPPOSITE[direction] if direction in ("high", "low") else direction
    value, limit = _number(left, values), _number(right, values)
    names = _points(left)
    point = names[0] if len(names) == 1 else None
    if value is None or limit is None:
        return Room(ast.unparse(left), point, direction, value, limit, None, None, None)
    if direction in ("equal", "unequal"):
        return Room(
            ast.unparse(left), point, direction, value, limit, None, None, (value == limit) != (direction != "equal")
        )
    room = limit - value if direction == "high" else value - limit
    return Room(ast.unparse(left), point, direction, value, limit, limit, room, room < 0)


def _points(tree: ast.expr) -> list[str]:
    names = dict.fromkeys(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))
    return [name for name in names if name not in expressions.FUNCTIONS and not name.startswith(RATED)]


_TWO: Final[dict[type[ast.operator], Callable[[float, float], float]]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b if b else math.nan,
}
_CALLS: Final[dict[str, Callable[..., float]]] = {"abs": abs, "min": min, "max": max}


def _number(tree: ast.expr, values: Values) -> float | None:
    found = _evaluated(tree, values)
    return None if found is None or math.isnan(found) else found


def _evaluated(tree: ast.expr, values: Values) -> float | None:
    match tree:
        case ast.Constant(value=int() | float() as number):
            return float(number)
        case ast.Name(id=name):
            return values.get(name)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            inner = _evaluated(operand, values)
            return None if inner is None else -inner
        case ast.BinOp(left=left, op=operator, right=right):
            one, other = _evaluated(left, values), _evaluated(right, values)
            return None if one is None or other is None else _TWO[type(operator)](one, other)
        case ast.Call(func=ast.Name(id=name), args=arguments):
            numbers = [_evaluated(each, values) for each in arguments]
            known = [number for number in numbers if number is not None]
            return _CALLS[name](*known) if len(known) == len(numbers) else None
    return None
