"""Whether a replacement is plausible: both registers beside the readings around them and the meter's usual use."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from cloud.energy.amounts import amounts_of
from cloud.energy.asked import zone_of
from cloud.ledger.reading import readings_around
from cloud.meter_changes.schemas import NewReplacement
from cloud.meter_readings.judging import shown_value
from cloud.meters.facts import MeterFacts
from facility.clock import NS
from facility.energy.course import JITTER
from facility.energy.intervals import QUARTER
from facility.energy.readings import Source
from facility.energy.register import Register
from facility.energy.units import millionths_of
from facility.words import Text

DAY: Final = 96 * QUARTER
BACK: Final = 35 * DAY
"""What is usual is the mean of the days before …"""
LEAST_KNOWN: Final = 0.9
"""… where at least so many of them are known."""
TIMES: Final = 5
"""So many times the usual is asked back, and a day's use is always allowed on top."""
NEW: Final = 30
"""Days of usual use that a new meter has rarely counted before it is fitted."""


@dataclass(frozen=True, slots=True)
class _Change:
    """A replacement beside what is known; amounts as the registers show them, in millionths."""

    meter: MeterFacts
    zone: ZoneInfo
    at: int
    removed: int
    installed: int
    old: Register
    usual: float | None
    """A day, as the old register shows it; None where too little is known."""

    def shown(self, amount: float) -> str:
        unit = self.meter.shown_unit.replace(".", "").replace("m3", "m³")
        return f"{shown_value(self.meter, round(amount)):,f} {unit}"

    def when(self, at: int) -> str:
        return datetime.fromtimestamp(at // NS, UTC).astimezone(self.zone).strftime("%Y-%m-%d %H:%M")

    def too_much(self, rise: int, time: int) -> bool:
        """Far beyond what is usual in such a time."""
        return self.usual is not None and rise > self.usual * (TIMES * time / DAY + 1)


def doubts(connection: Connection, meter: MeterFacts, body: NewReplacement) -> tuple[Text, ...]:
    """What a person should look at again, with the numbers; empty where all fits."""
    place = sum(change.at < body.at for change in meter.replacements)
    old = meter.registers[place]
    asked = _Change(
        meter,
        zone_of(connection, meter.site),
        body.at,
        millionths_of(body.removed, meter.shown_unit),
        millionths_of(body.installed, meter.shown_unit),
        old,
        _usual(connection, meter, body.at, old),
    )
    held = readings_around(connection, meter, body.at, body.at + 1).readings
    before = int(held.at.searchsorted(body.at)) - 1
    after = int(held.at.searchsorted(body.at, side="right"))
    found = list(_end(asked, int(held.amount[before]), int(held.at[before]))) if before >= 0 else []
    if after < len(held) and held.source[after] != Source.REMOVED:
        found += _start_before(asked, int(held.amount[after]), int(held.at[after]))
    elif after >= len(held):
        found += _start(asked)
    return tuple(found)


def _usual(connection: Connection, meter: MeterFacts, at: int, old: Register) -> float | None:
    end = at // QUARTER * QUARTER
    total = amounts_of(connection, {meter.id: meter}, [meter.id], end - BACK, end)[meter.id].total()
    days = total.coverage * BACK / DAY
    return total.amount / float(old.multiplier) / days if days >= LEAST_KNOWN and total.amount > 0 else None


def _end(asked: _Change, shown: int, at: int) -> Iterator[Text]:
    """止码 against the last reading before it."""
    rise, time = asked.removed - shown, asked.at - at
    removed, last, when = asked.shown(asked.removed), asked.shown(shown), asked.when(at)
    if rise < -JITTER:
        turned = asked.old.modulus is not None and asked.old.fits(rise + asked.old.modulus, time)
        if not turned:
            yield Text(
                zh=f"止码 {removed} 小于此前读数 {last}({when}),少 {asked.shown(-rise)}",
                en=f"the old meter's end {removed} lies below its last reading {last} ({when}) by {asked.shown(-rise)}",
            )
        return
    if rise > 0 and (not asked.old.fits(rise, time) or asked.too_much(rise, time)):
        zh, en = _against(asked, time)
        yield Text(
            zh=f"止码 {removed} 比此前读数 {last}({when})多 {asked.shown(rise)}{zh}",
            en=f"the old meter's end {removed} is {asked.shown(rise)} above its last reading {last} ({when}){en}",
        )


def _start_before(asked: _Change, shown: int, at: int) -> Iterator[Text]:
    """起码 against the first reading after it."""
    rise, time = shown - asked.installed, at - asked.at
    installed, following, when = asked.shown(asked.installed), asked.shown(shown), asked.when(at)
    if rise < -JITTER:
        yield Text(
            zh=f"起码 {installed} 大于其后读数 {following}({when})",
            en=f"the new meter's start {installed} lies above the reading after it, {following} ({when})",
        )
    elif not asked.old.fits(rise, time) or asked.too_much(rise, time):
        zh, en = _against(asked, time)
        yield Text(
            zh=f"从起码 {installed} 到其后读数 {following}({when})多 {asked.shown(rise)}{zh}",
            en=f"from the new meter's start {installed} to the reading {following} ({when}) it counts "
            f"{asked.shown(rise)}{en}",
        )


def _start(asked: _Change) -> Iterator[Text]:
    """起码 where no reading of the new meter is known yet."""
    most = asked.usual * NEW if asked.usual is not None else asked.old.most
    if asked.installed > most:
        usual = asked.usual
        days = "" if usual is None else f",相当于平常 {asked.installed / usual:,.0f} 天的用量"
        of = "" if usual is None else f", as much as {asked.installed / usual:,.0f} usual days"
        yield Text(
            zh=f"新表起码 {asked.shown(asked.installed)}{days};新表通常从零附近开始",
            en=f"the new meter's start {asked.shown(asked.installed)}{of}: a new meter begins near zero",
        )


def _against(asked: _Change, time: int) -> tuple[str, str]:
    """What is usual, or can be, in this time."""
    if asked.usual is None:
        most = asked.shown(asked.old.most * time / (3600 * NS))
        return f",超过该时段可能的最大量 {most}", f", more than the {most} that can flow in this time"
    usual = asked.shown(asked.usual * time / DAY)
    return f",平常这段时间约 {usual}", f"; usual in this time: about {usual}"
