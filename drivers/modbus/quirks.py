"""What is odd about a device model: its limits, its forbidden ranges, its byte order."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from drivers.modbus.address import Order, Table
from facility.words import Frozen


def _in_order(given: tuple[Table, int, int]) -> tuple[Table, int, int]:
    table, first, last = given
    if not 0 <= first <= last <= 65_535:
        raise ValueError(f"[{table}, {first}, {last}] is no range: write [table, first, last], 0-based, both included")
    return given


Forbidden = Annotated[tuple[Table, int, int], AfterValidator(_in_order)]
"""[table, first, last], 0-based, both included."""


class Quirks(Frozen):
    """The `quirks` of a device model file."""

    max_registers: int = Field(default=125, ge=1, le=125)
    """The most registers the device gives in one answer."""
    max_bits: int = Field(default=2000, ge=1, le=2000)
    """The most coils or discrete inputs the device gives in one answer."""
    forbidden: tuple[Forbidden, ...] = ()
    """Ranges that no request may touch; the device refuses the whole block otherwise."""
    order: Order = Order.ABCD
    """Byte order of every point that names none."""
    gap: int = Field(default=50, ge=0, le=124)
    """The most unused registers that are read along to save a request (bits: sixteen times as many)."""
    function_single_write: bool = True
    """One register is written with function 6 and one coil with 5; false: with 16 and 15, as several are."""
    strategy: Literal["gap", "contiguous", "single"] = "gap"
    """Blocks over gaps; only what touches or overlaps; or one request a value."""

    def most(self, table: Table) -> int:
        """The largest block of a table."""
        return self.max_bits if table.of_bits else self.max_registers

    def widest_gap(self, table: Table) -> int:
        """The largest hole that a block may span, in cells of the table."""
        if self.strategy != "gap":
            return 0
        return self.gap * 16 if table.of_bits else self.gap
