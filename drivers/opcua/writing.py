"""Writing one point: only what the site allows, in the node's own type, and believed only when it reads back."""

from __future__ import annotations

import asyncio
import math
from typing import Final

from asyncua import ua

from drivers.base import Bound
from drivers.opcua import finding
from drivers.opcua.naming import address_of
from drivers.opcua.session import ERRORS, Session
from drivers.opcua.values import decode
from facility.errors import Refused
from facility.quality import Quality

LOOKS: Final = (0.0, 0.05, 0.2, 0.5)
"""Seconds before each look at what was written: a controller takes over at its next cycle."""
_WHOLE: Final = {
    ua.VariantType.SByte: (-(2**7), 2**7 - 1),
    ua.VariantType.Byte: (0, 2**8 - 1),
    ua.VariantType.Int16: (-(2**15), 2**15 - 1),
    ua.VariantType.UInt16: (0, 2**16 - 1),
    ua.VariantType.Int32: (-(2**31), 2**31 - 1),
    ua.VariantType.UInt32: (0, 2**32 - 1),
    ua.VariantType.Int64: (-(2**63), 2**63 - 1),
    ua.VariantType.UInt64: (0, 2**64 - 1),
}


async def write(session: Session, point: Bound, value: float) -> float:
    """Write a checked value; what stands there afterwards."""
    nodes = await finding.nodes(session, [point])
    [now] = await session.read(nodes)
    if now.Value is None or now.Value.VariantType is ua.VariantType.Null:
        status = now.StatusCode.name if now.StatusCode is not None else "nothing"
        raise Refused(f"{point.id}: its type can't be seen: the server answers {status}")
    variant = ua.Variant(_raw(point, value, now.Value), now.Value.VariantType)
    try:
        # Only the value: most servers refuse a client's status and times.
        [code] = await session.services.write_attributes(nodes, [ua.DataValue(variant)])
    except ERRORS as error:
        raise session.down(error) from error
    if not code.is_good():
        raise Refused(f"{point.id}: the server refuses {variant.Value!r}: {code.name} ({code.doc})")
    return await _look(session, nodes, point, variant)


async def _look(session: Session, nodes: list[ua.NodeId], point: Bound, meant: ua.Variant) -> float:
    found = ua.DataValue()
    for pause in LOOKS:
        await asyncio.sleep(pause)
        [found] = await session.read(nodes)
        sample = decode(found, point, 0)
        if found.Value is not None and _same(found.Value.Value, meant) and sample.quality != Quality.BAD:
            return sample.value
    shown = found.Value.Value if found.Value is not None else None
    raise Refused(f"{point.id}: the server took {meant.Value!r}, but {shown!r} stands there")


def _same(found: object, meant: ua.Variant) -> bool:
    if meant.VariantType is ua.VariantType.Float and isinstance(found, float):
        return math.isclose(found, meant.Value, rel_tol=1e-6)
    return bool(found == meant.Value)


def _raw(point: Bound, value: float, now: ua.Variant) -> float | str | bool:
    """The value as the server writes it."""
    address, kind = address_of(point), now.VariantType
    if address.map:
        raws = [raw for raw, meaning in address.map.items() if meaning == value]
        if not raws:
            raise Refused(f"{point.id}: its model has no word for {value:g}")
        raw: float | str | bool = raws[0]
    else:
        raw = (value - address.offset) / address.scale
    if kind is ua.VariantType.Boolean:
        if raw in (0, 1):
            return bool(raw)
    elif kind in _WHOLE and not isinstance(raw, str):
        low, high = _WHOLE[kind]
        if abs(raw - round(raw)) < 1e-9 * max(1.0, abs(raw)) and low <= round(raw) <= high:
            return round(raw)
    elif kind in (ua.VariantType.Float, ua.VariantType.Double) and not isinstance(raw, str):
        return float(raw)
    elif kind is ua.VariantType.String and isinstance(raw, str):
        return raw
    raise Refused(f"{point.id}: {raw!r} does not fit the node's type {kind.name}")
