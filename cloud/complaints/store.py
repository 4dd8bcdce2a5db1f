"""Complaints in the store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, RowMapping, func, insert, select, tuple_, update

from cloud.complaints.life import Life, end_of_day
from cloud.complaints.schemas import NewComplaint
from cloud.complaints.tables import COMPLAINT, COMPLAINT_STEP
from cloud.ids import new_id
from cloud.rooms.store import RoomFacts, learn

_C = COMPLAINT.c


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which complaints; None means any."""

    sites: frozenset[str] | None
    open: bool | None = None
    room: str | None = None
    start: int | None = None
    end: int | None = None


def take(connection: Connection, body: NewComplaint, zone: ZoneInfo, by: str, *, now: int) -> str:
    """A new complaint; its id. The room that it came from is learned."""
    told = body.model_dump(exclude={"order"}) | {"order_id": body.order}
    if body.room is not None:
        facts = RoomFacts(number=body.room, place=body.place, occupant=body.customer, contact=body.contact)
        room = learn(connection, body.site, facts, by, now=now)
        told |= {"room": room["number"], "place": body.place or room["place"]}
    last = connection.execute(select(func.max(_C.number)).where(_C.site == body.site)).scalar_one_or_none() or 0
    id = new_id(now)
    told |= {"id": id, "number": last + 1, "state": "received", "open": True, "owner": by, "received_at": now}
    told |= {"received_by": by, "due_at": end_of_day(now, zone), "updated_at": now}
    connection.execute(insert(COMPLAINT), told)
    add_step(connection, id, "received", by, body.kind, body.text, now=now)
    return id


def add_step(connection: Connection, id: str, kind: str, by: str, detail: str, note: str, *, now: int) -> None:
    """Append; a step is never changed."""
    told = {"complaint": id, "kind": kind, "at": now, "by": by, "detail": detail, "note": note}
    connection.execute(insert(COMPLAINT_STEP), told)


def complaint_by_id(connection: Connection, id: str) -> RowMapping | None:
    """One complaint."""
    return connection.execute(select(COMPLAINT).where(_C.id == id)).mappings().first()


def life_of(row: RowMapping) -> Life:
    """What of it changes."""
    return Life(**{name: row[name] for name in ("state", "owner", "valid", "answered_at", "handled_at")})


def put_life(connection: Connection, id: str, life: Life, *, now: int) -> None:
    """As it is from now on."""
    told = asdict(life) | {"open": life.state != "handled", "updated_at": now}
    connection.execute(update(COMPLAINT).where(_C.id == id).values(**told))


def complaints(
    connection: Connection, wanted: Wanted, before: tuple[int, str] | None, limit: int
) -> Sequence[RowMapping]:
    """The newest first, before a cursor (received_at, id)."""
    conditions = [
        (wanted.sites is not None, _C.site.in_(wanted.sites or ())),
        (wanted.open is not None, _C.open == bool(wanted.open)),
        (wanted.room is not None, _C.room == wanted.room),
        (wanted.start is not None, _C.received_at >= (wanted.start or 0)),
        (wanted.end is not None, _C.received_at < (wanted.end or 0)),
    ]
    query = select(COMPLAINT).where(*(condition for asked, condition in conditions if asked))
    if before is not None:
        query = query.where(tuple_(_C.received_at, _C.id) < before)
    newest = query.order_by(_C.received_at.desc(), _C.id.desc()).limit(limit)
    return connection.execute(newest).mappings().all()


def steps_of(connection: Connection, id: str) -> Sequence[RowMapping]:
    """The steps of one, the oldest first."""
    s = COMPLAINT_STEP.c
    query = select(s.kind, s.at, s.by, s.detail, s.note).where(s.complaint == id).order_by(s.id)
    return connection.execute(query).mappings().all()
