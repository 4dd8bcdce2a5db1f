"""The fire procedure of an alarm: each step ticked once, with who and when; and the card for the call to 119."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, insert, select

from cloud.alarms import machine
from cloud.alarms.fire_place import place_of_fire
from cloud.alarms.response import Answering
from cloud.alarms.row import AlarmRow
from cloud.alarms.tables import FIRE_CARD, PROCEDURE_STEP
from cloud.alarms.words import PROCEDURE
from cloud.caller import Caller
from cloud.errors import Conflict, NotFound
from cloud.sites.store import site_by_id
from facility.words import Text


@dataclass(frozen=True, slots=True)
class Facts119:
    """What the people on the spot add to the card."""

    burning: str
    extent: str
    caller: str
    phone: str


def tick(connection: Connection, id: str, step: str, caller: Caller, note: str, *, now: int) -> AlarmRow:
    """Tick a step. Conflict where it was ticked already, or the alarm is no fire."""
    if step not in PROCEDURE:
        raise NotFound(f"没有步骤 {step!r} · there is no step {step!r}; there are {', '.join(PROCEDURE)}")
    answering = Answering(connection, caller, now)
    row = answering.does(id, "procedure", lambda *_: (("procedure", f"{step}: {note}" if note else step),))
    _is_fire(row)
    p = PROCEDURE_STEP.c
    done = connection.execute(select(p.at, p.by).where(p.alarm == id, p.step == step)).first()
    if done is not None:
        raise Conflict(f"{done.by} 已完成此步骤 · {done.by} has done this step already")
    row_of = {"alarm": id, "step": step, "at": now, "by": caller.name[:64], "note": note}
    connection.execute(insert(PROCEDURE_STEP), row_of)
    answering.write()
    return row


def _is_fire(row: AlarmRow) -> None:
    if not machine.fire(row):
        raise Conflict("处置步骤仅用于火警 · the procedure is for fires only")


def ticked(connection: Connection, id: str) -> dict[str, RowMapping]:
    """Step → when and by whom."""
    rows = connection.execute(select(PROCEDURE_STEP).where(PROCEDURE_STEP.c.alarm == id)).mappings()
    return {row["step"]: row for row in rows}


def fill_card(connection: Connection, id: str, caller: Caller, facts: Facts119, *, now: int) -> AlarmRow:
    """Note what burns, how far, and who calls; the newest holds, the history keeps all."""
    answering = Answering(connection, caller, now)
    said = f"119: {facts.burning}; {facts.extent}; {facts.caller} {facts.phone}"
    row = answering.does(id, "card", lambda *_: (("commented", said),))
    _is_fire(row)
    connection.execute(FIRE_CARD.delete().where(FIRE_CARD.c.alarm == id))
    told = {"burning": facts.burning, "extent": facts.extent, "caller": facts.caller, "phone": facts.phone}
    connection.execute(insert(FIRE_CARD), told | {"alarm": id, "at": now, "by": caller.name[:64]})
    answering.write()
    return row


def card(connection: Connection, row: AlarmRow) -> Facts119 | None:
    """What was noted."""
    c = FIRE_CARD.c
    found = connection.execute(select(c.burning, c.extent, c.caller, c.phone).where(c.alarm == row.id)).first()
    return None if found is None else Facts119(*found)


def where(connection: Connection, row: AlarmRow) -> tuple[Text, Text]:
    """(address of the estate, place of the fire)."""
    site = site_by_id(connection, row.site)
    zh = en = row.site
    if site is not None:
        zh = " ".join(part for part in (site["address_zh"], site["name_zh"]) if part)
        en = ", ".join(part for part in (site["name_en"], site["address_en"]) if part)
    return Text(zh=zh, en=en), place_of_fire(connection, row)
