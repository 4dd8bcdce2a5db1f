"""Points for tests, in one line each."""

from typing import Any

from drivers.base import Bound
from drivers.modbus.address import Address
from drivers.modbus.quirks import Quirks
from facility.point import Kind, Point, State
from facility.words import Text


def bound(
    index: int,
    address: dict[str, Any],
    *,
    unit: int | str = 1,
    kind: Kind = Kind.MEASUREMENT,
    writable: bool = False,
    quirks: Quirks | None = None,
    **means: Any,
) -> Bound:
    """Point `index` of meter m, at an address as a model file writes it."""
    states = (State(value=0, code="off", zh="停", en="Off"), State(value=1, code="on", zh="开", en="On"))
    if kind is Kind.STATE:
        means.setdefault("states", states)
    point = Point(id=f"p{index}", kind=kind, name=Text(zh="点", en="Point"), writable=writable, **means)
    return Bound(
        index=index,
        id=f"m.p{index}",
        equipment="m",
        instance="",
        unit=unit,
        means=point,
        period=1.0,
        stale_after=3.0,
        address=Address.model_validate(address),
        quirks=quirks or Quirks(),
        writable=writable,
    )
