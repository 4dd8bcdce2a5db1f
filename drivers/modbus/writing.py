"""Writing one point: only what the site allows, and believed only when it reads back."""

from __future__ import annotations

import asyncio
from typing import Final, Protocol

from drivers.base import Bound, permitted
from drivers.modbus import encode, pdu, plan
from drivers.modbus.address import Address, Order, Table, Type
from drivers.modbus.decode import Decoder
from drivers.modbus.form import PAD
from facility.errors import Refused, UnitSilent

LOOKS: Final = (0.0, 0.05, 0.2, 0.5)
"""Seconds before each look at what was written: some devices take a moment."""


class Teller(Protocol):
    """The line, as far as writing needs it."""

    async def ask(self, asked: pdu.Ask, *, urgent: bool = False) -> bytes:
        """One read."""

    async def tell(self, unit: int, request: bytes) -> None:
        """One write."""


async def write(line: Teller, point: Bound, value: float) -> float:
    """Write and read back. Refused where the site, the model or the device says no."""
    address = plan.address_of(point)
    permitted(point, value)
    _writable(point, address)
    quirks = plan.quirks_of([point])
    order = address.order or quirks.order
    asked = pdu.ask(int(point.unit), address.table, address.first, address.count)
    try:
        now = await line.ask(asked, urgent=True) if encode.part(address) is not None else b""
        meant = encode.registers(address, order, value, now)
        request = pdu.write_pdu(address.table, address.first, meant, single=quirks.function_single_write)
        await line.tell(asked.unit, request)
        found = await _look(line, asked, meant, _mask(address, order))
    except pdu.Exceptional as error:
        if error.code == pdu.BUSY:
            raise UnitSilent(f"{point.id}: {error}; write it again") from error
        raise Refused(f"{point.id}: {error}") from error
    except pdu.Garbled as error:
        raise Refused(f"{point.id}: written, but not confirmed: {error}") from error
    return _meaning(point, asked, found, order)


def _writable(point: Bound, address: Address) -> None:
    if address.table not in (Table.COIL, Table.HOLDING):
        raise Refused(f"{point.id}: table {address.table} can only be read")
    if address.type.textual or address.match is not None:
        raise Refused(f"{point.id}: {address.type if address.match is None else 'match'} can only be read")


async def _look(line: Teller, asked: pdu.Ask, meant: bytes, mask: bytes) -> bytes:
    found = b""
    for pause in LOOKS:
        await asyncio.sleep(pause)
        found = await line.ask(asked, urgent=True)
        if all((f ^ m) & k == 0 for f, m, k in zip(found, meant, mask, strict=True)):
            return found
    raise Refused(f"the device took {meant.hex(' ')}, but {found.hex(' ')} stands there")


def _mask(address: Address, order: Order) -> bytes:
    """Which bits of the answer must be as written."""
    if address.table.of_bits:
        return b"\x01"
    bits = encode.part(address)
    if bits is None:
        return b"\xff" * (2 * address.count)
    halves = address.type in (Type.UINT8H, Type.UINT8L)
    return encode.ordered(bits.to_bytes(2, "big"), Order.ABCD if halves else order)


def _meaning(point: Bound, asked: pdu.Ask, found: bytes, order: Order) -> float:
    block = plan.Block(asked, 0, tuple(plan.wants([point])))
    batch = Decoder([point], [block], order).decode(found + bytes(PAD), 0, {})
    if len(batch) != 1 or batch.quality[0] != 0:
        raise Refused(f"{point.id}: written, but what stands there has no good value: {found.hex(' ')}")
    return float(batch.value[0])
