"""Replacements in the store, checked against the readings before them."""

from __future__ import annotations

from sqlalchemy import Connection, RowMapping, insert, select, update

from cloud.errors import Conflict, Unprocessable
from cloud.ids import new_id
from cloud.meter_changes.doubting import doubts
from cloud.meter_changes.schemas import NewReplacement
from cloud.meter_readings.judging import EARLIEST
from cloud.meters.facts import MeterFacts
from cloud.meters.tables import METER_REPLACEMENT
from facility.clock import NS, iso
from facility.energy.units import millionths_of


def check_replacement(connection: Connection, meter: MeterFacts, body: NewReplacement, now: int) -> None:
    """Unprocessable where it can't have been so; Conflict, with the numbers, where it is asked back unless `sure`."""
    if meter.kind == "virtual":
        raise Unprocessable(f"虚拟表没有表具 · {meter.id} is reckoned from others: replace those")
    if body.at < EARLIEST:
        raise Unprocessable(f"年份不对 · {iso(body.at)} lies before any reading: is the year right?")
    if body.at > now:
        raise Unprocessable(f"时间在将来 · {iso(body.at)} has not come yet")
    if any(abs(change.at - body.at) < 60 * NS for change in meter.replacements):
        raise Conflict("该时刻已登记换表 · there is a replacement at this time already: void it first")
    place = sum(change.at < body.at for change in meter.replacements)
    old = meter.registers[place]
    removed = millionths_of(body.removed, meter.shown_unit)
    if old.modulus is not None and removed >= old.modulus:
        raise Unprocessable(f"止码超出位数 · the old register never shows {body.removed}")
    if body.width is not None and body.installed >= body.width:
        raise Unprocessable(f"起码超出位数 · the new register never shows {body.installed}")
    if not body.sure and (found := doubts(connection, meter, body)):
        zh, en = ";".join(each.zh for each in found), "; ".join(each.en for each in found)
        raise Conflict(
            f"请核对:{zh}。确认无误请勾选后再次提交 · "
            f"look again: {en}. Confirm it (sure: true) where it is right all the same"
        )


def add_replacement(connection: Connection, meter: MeterFacts, body: NewReplacement, *, by: str, now: int) -> str:
    """Keep it."""
    row = {
        "id": new_id(now),
        "site": meter.site,
        "meter": meter.id,
        "at": body.at,
        "removed": millionths_of(body.removed, meter.shown_unit),
        "installed": millionths_of(body.installed, meter.shown_unit),
        "width": None if body.width is None else millionths_of(body.width, meter.shown_unit),
        "multiplier": None if body.multiplier is None else f"{body.multiplier:f}",
        "note": body.note,
        "entered_at": now,
        "entered_by": by[:64],
    }
    connection.execute(insert(METER_REPLACEMENT), row)
    return str(row["id"])


def replacement_row(connection: Connection, id: str) -> RowMapping | None:
    """One that holds."""
    r = METER_REPLACEMENT.c
    query = select(METER_REPLACEMENT).where(r.id == id, r.void_at.is_(None))
    return connection.execute(query).mappings().first()


def void_replacement(connection: Connection, id: str, *, by: str, now: int) -> None:
    """It stays in the store, and counts no more."""
    r = METER_REPLACEMENT.c
    connection.execute(update(METER_REPLACEMENT).where(r.id == id).values(void_at=now, void_by=by[:64]))
