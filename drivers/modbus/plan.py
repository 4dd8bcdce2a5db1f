"""From points to few requests: blocks over gaps, within the device's limits, never across forbidden ranges."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from drivers.base import Bound, Request
from drivers.modbus import pdu
from drivers.modbus.address import Address, Table
from drivers.modbus.connection import Connection, Framing
from drivers.modbus.quirks import Quirks
from facility.errors import ConfigError


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Cells of one table, both ends included."""

    table: Table
    first: int
    last: int

    def __str__(self) -> str:
        return f"[{self.table}, {self.first}, {self.last}]"


@dataclass(frozen=True, slots=True)
class Want:
    """Cells that must come in one answer, and the positions of the points that live there."""

    span: Span
    points: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """One request and where its data lies in the plan's buffer."""

    asked: pdu.Ask
    offset: int
    wants: tuple[Want, ...]

    def byte_of(self, address: Address) -> int:
        """Index in the plan's buffer of the first byte of a value (of the byte that holds a bit)."""
        cells = address.first - self.asked.first
        return self.offset + (cells // 8 if address.table.of_bits else 2 * cells)

    def bit_of(self, address: Address) -> int:
        """Which bit of that byte a coil or discrete input is (§6.1: the lowest first)."""
        return (address.first - self.asked.first) % 8


@dataclass(frozen=True, slots=True)
class Limits:
    """What may stand in one block: the model's quirks, and what this run has learned beside them."""

    quirks: Quirks
    holes: tuple[Span, ...] = ()
    most: Mapping[Table, int] = field(default_factory=dict)

    def largest(self, table: Table) -> int:
        """The most cells in one request."""
        return min(self.quirks.most(table), self.most.get(table, 2000))

    @property
    def learned(self) -> bool:
        """Whether this run has learned any."""
        return bool(self.holes or self.most)

    def forbids(self, table: Table, first: int, last: int) -> bool:
        """Whether a block of these cells would touch a forbidden range."""
        return any(t == table and f <= last and first <= end for t, f, end in self.quirks.forbidden) or any(
            h.table == table and h.first <= last and first <= h.last for h in self.holes
        )


def address_of(point: Bound) -> Address:
    """The point's address as this protocol's model."""
    if not isinstance(point.address, Address):
        raise ConfigError(f"{point.id}: its address is not one of protocol modbus")
    return point.address


def quirks_of(points: Sequence[Bound]) -> Quirks:
    """The quirks of the unit that the points are on."""
    found = next((p.quirks for p in points if isinstance(p.quirks, Quirks)), None)
    return found or Quirks()


def wants(points: Sequence[Bound]) -> list[Want]:
    """What the points need, each span once, in the order of the registers."""
    spans: dict[Span, list[int]] = {}
    for i, point in enumerate(points):
        at = address_of(point)
        spans.setdefault(Span(at.table, at.first, at.first + at.count - 1), []).append(i)
    return [Want(span, tuple(spans[span])) for span in sorted(spans)]


def blocks(unit: int, wanted: Iterable[Want], limits: Limits) -> list[Block]:
    """The fewest requests that cover everything wanted; `wanted` is in the order of the registers."""
    return blocks_of(unit, runs(list(wanted), limits))


def blocks_of(unit: int, parts: Iterable[Sequence[Want]]) -> list[Block]:
    """One request for each run."""
    found: list[Block] = []
    offset = 0
    for run in parts:
        block = block_of(unit, run, offset)
        found.append(block)
        offset += block.asked.size
    return found


def block_of(unit: int, run: Sequence[Want], offset: int = 0) -> Block:
    """One request for a run of wants."""
    first, last = run[0].span.first, max(w.span.last for w in run)
    asked = pdu.ask(unit, run[0].span.table, first, last - first + 1)
    return Block(asked, offset, tuple(run))


def runs(wanted: Sequence[Want], limits: Limits) -> list[list[Want]]:
    """What comes in one request each.

    Grown from the left as far as the limits let it: for windows of a fixed width that is the fewest.
    """
    found: list[list[Want]] = []
    last = -1
    for want in wanted:
        span = want.span
        if found and _fits(found[-1][0].span, last, span, limits):
            found[-1].append(want)
            last = max(last, span.last)
        else:
            found.append([want])
            last = span.last
    return found


def _fits(start: Span, last: int, span: Span, limits: Limits) -> bool:
    if start.table != span.table or limits.quirks.strategy == "single":
        return False
    end = max(last, span.last)
    return (
        span.first - last - 1 <= limits.quirks.widest_gap(span.table)
        and end - start.first + 1 <= limits.largest(span.table)
        and not limits.forbids(span.table, start.first, end)
    )


def requests(planned: Sequence[Block], connection: Connection) -> tuple[Request, ...]:
    """What `edge plan` shows."""
    return tuple(
        Request(b.asked.unit, str(b.asked), sum(len(w.points) for w in b.wants), bus_seconds(b.asked, connection))
        for b in planned
    )


def bus_seconds(asked: pdu.Ask, connection: Connection) -> float:
    """Request and answer at the baud rate with 3.5 characters of silence after each (1.75 ms above 19200 baud, as
    the Modbus serial line guide V1.02 §2.5.1.1 says); the device's own thinking time comes on top. On TCP only the
    pause that is asked for counts.
    """
    if connection.framing is Framing.TCP:
        return connection.pause_between
    rtu = connection.framing is Framing.RTU
    sent, got = (8, 5 + asked.size) if rtu else (17, 11 + 2 * asked.size)
    silence = 3.5 * connection.character if connection.baud <= 19_200 else 0.001_75
    return (sent + got) * connection.character + (2 * silence if rtu else 0.0) + connection.pause_between
