"""Points that a line can never read, though each of their parts is right alone: wrong units, ranges, widths, kinds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from drivers.base import Bound, Misfit
from drivers.modbus.connection import Connection, Framing
from drivers.modbus.plan import Limits, address_of, quirks_of
from facility.errors import ConfigError
from facility.point import Kind


def misfits(connection: Connection, points: Sequence[Bound]) -> Iterator[Misfit]:
    """All of them; one for each unit, and one or more for each address."""
    least = 0 if connection.framing is Framing.TCP else 1
    units = {(p.equipment, p.unit): p for p in reversed(points)}
    for point in reversed(units.values()):
        if not isinstance(point.unit, int) or not least <= point.unit <= 255:
            wrong = "'unit' is missing" if point.unit == point.equipment else f"unit {point.unit!r} is no Modbus unit"
            says = f"{wrong}: write unit: 1 (1 … 247; 0 or 255 also on TCP)"
            yield Misfit(point, "unit", says)
    for point in points:
        for says in _wrong_of_model(point):
            yield Misfit(point, "address", says)


_MODELS: Final[dict[tuple[int, int, int], tuple[object, tuple[str, ...]]]] = {}
"""What is wrong with an address, by the identity of what decides it: the same objects for all equipment of a model.
What the identities belong to is kept beside it."""
_MOST: Final = 20_000


def _wrong_of_model(point: Bound) -> tuple[str, ...]:
    key = id(point.address), id(point.means), id(point.quirks)
    known = _MODELS.get(key)
    if known is None:
        if len(_MODELS) >= _MOST:
            _MODELS.clear()
        wrong = tuple(_wrong_address(point, Limits(quirks_of([point]))))
        known = _MODELS[key] = (point.address, point.means, point.quirks), wrong
    return known[1]


def check(connection: Connection, points: Sequence[Bound]) -> None:
    """ConfigError, naming every point or equipment that does not fit."""
    wrong = [f"{m.point.equipment if m.where == 'unit' else m.point.id}: {m.says}" for m in misfits(connection, points)]
    if wrong:
        raise ConfigError("\n".join(wrong))


def _wrong_address(point: Bound, limits: Limits) -> Iterator[str]:
    at = address_of(point)
    if limits.forbids(at.table, at.first, at.first + at.count - 1):
        yield f"{at.table} {at.first} lies in a range that its model forbids"
    if point.means.kind is Kind.EVENT:
        yield "an event point can't be polled; a Modbus model has states and measurements"
    elif at.type.textual and point.means.kind.sampled:
        yield f"type {at.type} belongs to a point of kind text, not {point.means.kind}"
    if at.count > limits.largest(at.table):
        yield f"{at.count} registers, but its model gives {limits.largest(at.table)} at most"
