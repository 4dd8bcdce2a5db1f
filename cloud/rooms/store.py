"""Rooms in the store: found by number, name or telephone, written by the desk, learned from calls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, case, delete, func, insert, or_, select, update

from cloud.rooms.number import key_of
from cloud.rooms.tables import ROOM

_R = ROOM.c


@dataclass(frozen=True, slots=True)
class RoomFacts:
    """What is written down of a room."""

    number: str
    place: str | None = None
    occupant: str = ""
    contact: str = ""
    note: str = ""


def room_of(connection: Connection, site: str, number: str) -> RowMapping | None:
    """The room of this number, however it is written."""
    query = select(ROOM).where(_R.site == site, _R.key == key_of(number))
    return connection.execute(query).mappings().first()


def find_rooms(connection: Connection, site: str, asked: str, limit: int) -> Sequence[RowMapping]:
    """Rooms whose number, occupant or telephone has what was asked: exact numbers first, then those that begin so."""
    key, words = key_of(asked), asked.strip()
    query = select(ROOM).where(_R.site == site).order_by(_R.number).limit(limit)
    if not words:
        return connection.execute(query).mappings().all()
    found = [_R.occupant.icontains(words, autoescape=True)]
    if key:
        found.append(_R.key.contains(key, autoescape=True))
        found.append(func.replace(_R.contact, " ", "").contains(key, autoescape=True))
    first = case((_R.key == key, 0), (_R.key.startswith(key, autoescape=True), 1), else_=2)
    ranked = query.where(or_(*found)).order_by(None).order_by(first, _R.number)
    return connection.execute(ranked).mappings().all()


def put_room(connection: Connection, site: str, facts: RoomFacts, by: str, *, now: int) -> None:
    """Write a room, new or anew."""
    key = key_of(facts.number)
    told = {"number": facts.number, "place": facts.place, "occupant": facts.occupant, "contact": facts.contact,
            "note": facts.note, "updated_at": now, "updated_by": by}  # fmt: skip
    if connection.execute(update(ROOM).where(_R.site == site, _R.key == key).values(**told)).rowcount == 0:
        connection.execute(insert(ROOM), told | {"site": site, "key": key})


def learn(connection: Connection, site: str, told: RoomFacts, by: str, *, now: int) -> RowMapping:
    """The room that somebody called from: written down at its first call; later calls only fill what is empty."""
    known = room_of(connection, site, told.number)
    if known is None:
        put_room(connection, site, told, by, now=now)
    else:
        fresh = {name: getattr(told, name) for name in ("place", "occupant", "contact")}
        missing = {name: value for name, value in fresh.items() if value and not known[name]}
        if missing:
            here = (_R.site == site) & (_R.key == known["key"])
            connection.execute(update(ROOM).where(here).values(**missing, updated_at=now, updated_by=by))
    found = room_of(connection, site, told.number)
    if found is None:
        raise AssertionError(f"the room {told.number!r} was just written")
    return found


def remove_room(connection: Connection, site: str, number: str) -> bool:
    """Forget a room and who lives there; its orders stay. False where there is none."""
    return connection.execute(delete(ROOM).where(_R.site == site, _R.key == key_of(number))).rowcount == 1


def rooms_in(connection: Connection, site: str, places: frozenset[str]) -> Sequence[RowMapping]:
    """The rooms that lie in these places, by number."""
    query = select(ROOM).where(_R.site == site, _R.place.in_(places)).order_by(_R.number)
    return connection.execute(query).mappings().all()
