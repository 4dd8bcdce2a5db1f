"""Whether a reading by hand can be, and whether it fits the readings next to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from cloud.meters.facts import MeterFacts
from facility.clock import NS
from facility.energy.course import JITTER
from facility.energy.intervals import exact
from facility.energy.readings import Readings, Source
from facility.energy.units import measure_of, millionths_of
from facility.words import Text

EARLIEST = 946_684_800 * NS
"""2000-01-01 UTC: a time before it is a mistake of writing, also in a file."""


@dataclass(frozen=True, slots=True)
class Entered:
    """A reading as it is entered."""

    at: int
    value: Decimal
    source: str
    note: str


@dataclass(frozen=True, slots=True, order=True)
class Neighbour:
    """A reading next to another: the later one is the greater, of two at the same moment that of the later source."""

    at: int
    source: int
    amount: int


def unfit(meter: MeterFacts, entered: Entered, now: int, held: int | None, zone: ZoneInfo) -> str | None:
    """Why it can't be taken at all; `held` is the amount that is there at this moment."""
    if meter.kind == "virtual":
        return f"虚拟表不抄表 · {meter.id} is reckoned from others: read those"
    if not EARLIEST <= entered.at <= now:
        when = _when(entered.at, zone)
        early = f"年份不对:{when} · {when} lies before any reading: is the year right?"
        return early if entered.at < now else f"时间在将来:{when} · {when} has not come yet"
    amount = millionths_of(entered.value, meter.shown_unit)
    register = meter.registers[sum(change.at <= entered.at for change in meter.replacements)]
    if register.modulus is not None and amount >= register.modulus:
        return f"超出表的位数 · the register of {meter.id} never shows {entered.value}: its width is less"
    if amount >= 2**62:
        return f"读数过大 · {entered.value} is too much"
    if held is not None and held != amount:
        there, when = shown_value(meter, held), _when(entered.at, zone)
        return (
            f"{when} 已有读数 {there},请先作废那一条 · at {when} there is a reading of {there} already: void it first"
        )
    return None


def beside(readings: Readings, at: int) -> tuple[Neighbour | None, Neighbour | None]:
    """The last one before this moment and the first one after it."""
    low, high = int(readings.at.searchsorted(at)) - 1, int(readings.at.searchsorted(at, side="right"))
    return (
        _neighbour(readings, low) if low >= 0 else None,
        _neighbour(readings, high) if high < len(readings) else None,
    )


def _neighbour(readings: Readings, place: int) -> Neighbour:
    return Neighbour(int(readings.at[place]), int(readings.source[place]), int(readings.amount[place]))


def doubts(
    meter: MeterFacts, entered: Entered, before: Neighbour | None, after: Neighbour | None, zone: ZoneInfo
) -> Text | None:
    """Why it does not fit the readings around it; None where it does."""
    amount = millionths_of(entered.value, meter.shown_unit)
    register = meter.registers[sum(change.at <= entered.at for change in meter.replacements)]
    if before is not None and before.source != Source.REMOVED:
        rise, time = amount - before.amount, entered.at - before.at
        rolled = register.modulus is not None and register.fits(rise + register.modulus, time)
        if rise < -JITTER and not rolled:
            there = _reading(meter, before, zone)
            return Text(
                zh=f"小于上次读数({there});换过表请登记换表",
                en=f"it lies below the reading before ({there}); a replaced meter is entered as such",
            )
        if rise > 0 and not register.fits(rise, time):
            there = _reading(meter, before, zone)
            return Text(
                zh=f"增量过大:从上次读数({there})到不了这里",
                en=f"from the reading before ({there}) it can't have come so far",
            )
    if after is not None and after.source != Source.INSTALLED:
        fall = amount - after.amount
        wraps = register.modulus is not None and register.fits(register.modulus - fall, after.at - entered.at)
        if fall > JITTER and not wraps:
            there = _reading(meter, after, zone)
            return Text(zh=f"大于下次读数({there})", en=f"it lies above the reading after it ({there})")
    return None


def _reading(meter: MeterFacts, told: Neighbour, zone: ZoneInfo) -> str:
    return f"{shown_value(meter, told.amount)}, {_when(told.at, zone)}"


def _when(at: int, zone: ZoneInfo) -> str:
    """On the site's wall."""
    return f"{datetime.fromtimestamp(at // NS, zone):%Y-%m-%d %H:%M}"


def shown_value(meter: MeterFacts, amount: int) -> Decimal:
    """Millionths of the ledger's unit as the register shows them."""
    return (exact(amount) / measure_of(meter.shown_unit).factor).normalize() + Decimal(0)
