"""Where it burns, to be told to 119: of a detector its own place; of a zone or a whole panel its detectors in fire."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from sqlalchemy import ColumnElement, Connection, RowMapping, or_, select

from cloud.alarms.row import AlarmRow
from cloud.alarms.tables import ALARM
from cloud.sites.store import places
from facility.alarm import AlarmClass
from facility.clock import NS
from facility.words import Text

MOST: Final = 5
"""So many detectors are read out; of more, how many there are."""
LOOK_BACK: Final = 24 * 3600 * NS
"""Two detectors confirm a fire of their zone within so long."""

Places = Mapping[str, RowMapping]


def place_of_fire(connection: Connection, row: AlarmRow) -> Text:
    """From the building down to the detector; of several the first that came first."""
    known = {place["id"]: place for place in places(connection, row.site)}
    found = [] if _is_detector(row.instance, known) else _detectors(connection, row, known)
    if not found:
        chain = list(_chain(row.place, known))
        last = Text(zh=row.equipment_zh, en=row.equipment_en)
        return _joined(chain, None if _is_zone(row.instance, known) and chain else last)
    read_out = [_joined(list(_chain(each["place"], known)), _name(each)) for each in found[:MOST]]
    zh, en = ";".join(each.zh for each in read_out), "; ".join(each.en for each in read_out)
    if len(found) > MOST:
        zh, en = f"{zh} 等 {len(found)} 处", f"{en} and {len(found) - MOST} more"
    return Text(zh=zh, en=en)


def _is_zone(instance: str, known: Places) -> bool:
    return any(place["zone"] == instance for place in known.values())


def _is_detector(instance: str, known: Places) -> bool:
    return bool(instance) and not _is_zone(instance, known)


def _detectors(connection: Connection, row: AlarmRow, known: Places) -> Sequence[RowMapping]:
    """The detectors whose fire stood while this one did, in the same zone where it is one's."""
    a = ALARM.c
    meanwhile = or_(a.live, a.cleared_at >= row.raised_at)
    query = (
        select(a.instance, a.place, a.equipment_zh.label("zh"), a.equipment_en.label("en"))
        .where(a.site == row.site, a.raised_at >= row.raised_at - LOOK_BACK, meanwhile)
        .where(a.alarm_class == AlarmClass.LIFE_SAFETY.value, a.system == "fire", a.instance != "")
        .where(*_of_its_kind(row))
        .order_by(a.raised_at, a.id)
    )
    ended = [] if row.live or row.cleared_at is None else [a.raised_at <= row.cleared_at]
    found = connection.execute(query.where(*ended)).mappings().all()
    zone = row.instance
    return [
        each
        for each in found
        if _is_detector(each["instance"], known) and (not zone or _zone(each["place"], known) == zone)
    ]


def _of_its_kind(row: AlarmRow) -> Sequence[ColumnElement[bool]]:
    """A test or a drill is one with its own. A fire is one with all that nobody has called another thing: it may have
    begun as a test, and the mark was lifted from this alarm alone.
    """
    a = ALARM.c
    if row.test or row.drill:
        return (a.drill == row.drill, a.test == row.test)
    return (a.confirmed_outcome.is_(None) | a.confirmed_outcome.in_(("real", "unknown")),)


def _zone(place: str | None, known: Places) -> str | None:
    return next((each["zone"] for each in reversed(list(_chain(place, known))) if each["zone"]), None)


def _chain(place: str | None, known: Places) -> Iterator[RowMapping]:
    """From the outermost down to the place."""
    chain: list[RowMapping] = []
    while place is not None and place in known and known[place] not in chain:
        chain.insert(0, known[place])
        place = known[place]["parent"]
    yield from chain


def _name(row: RowMapping) -> Text:
    return Text(zh=row["zh"], en=row["en"])


def _joined(chain: Sequence[RowMapping], last: Text | None) -> Text:
    names = [*(Text(zh=place["zh"], en=place["en"]) for place in chain), *([last] if last is not None else [])]
    return Text(zh=" ".join(each.zh for each in names), en=", ".join(each.en for each in names))
