"""What the edge's linkage events write on a checklist."""

from __future__ import annotations

from sqlalchemy import Connection

from cloud.effects import Arrival, on
from cloud.linkage.schemas import linkage_of
from cloud.linkage.store import await_effects, change, change_effect, checklist, effects_of, ensure
from cloud.stream.store import publish
from facility.clock import NS
from facility.linkage import (
    LinkageClosed,
    LinkageConfirmed,
    LinkageMarked,
    LinkageMissing,
    LinkageOpened,
    LinkageSeen,
)


@on(LinkageOpened, LinkageConfirmed, LinkageSeen, LinkageMissing, LinkageMarked, LinkageClosed)
def written(connection: Connection, arrival: Arrival) -> None:
    """Write it down, and tell the pages."""
    event, data, now = arrival.event, arrival.event.data, arrival.now
    if not isinstance(
        data, LinkageOpened | LinkageConfirmed | LinkageSeen | LinkageMissing | LinkageMarked | LinkageClosed
    ):
        return
    id = ensure(connection, event, data.zone, data.opened, drill=data.drill, now=now)
    match data:
        case LinkageOpened():
            await_effects(connection, id, data.effects)
        case LinkageConfirmed():
            _confirmed(connection, id, data, event.at, now)
        case LinkageSeen():
            values = {"seen_at": event.at, "seconds": data.seconds, "already": data.already}
            change_effect(connection, id, data.effect, values)
        case LinkageMissing():
            change_effect(connection, id, data.effect, {"missing_at": event.at, "known": data.known})
        case LinkageMarked():
            change(connection, id, {"drill": data.drill}, now)
        case LinkageClosed():
            change(connection, id, {"closed_at": event.at, "close_reason": data.reason}, now)
    row = checklist(connection, id)
    if row is not None:
        body = linkage_of(row, effects_of(connection, [id])[id])
        publish(connection, "linkage", event.site, body.model_dump_json(), at=now)


def _confirmed(connection: Connection, id: str, data: LinkageConfirmed, at: int, now: int) -> None:
    """t0: what is there already counts; what came and went again before it does not."""
    change(connection, id, {"confirmed_at": at, "confirmed_by": data.by}, now)
    for effect in effects_of(connection, [id])[id]:
        seconds = data.seen.get(effect["id"])
        if seconds is None and effect["seen_at"] is not None:
            change_effect(connection, id, effect["id"], {"seen_at": None, "seconds": None, "already": False})
        elif seconds is not None:
            seen_at = effect["seen_at"] if effect["seen_at"] is not None else at + round(seconds * NS)
            change_effect(connection, id, effect["id"], {"seen_at": seen_at, "seconds": seconds})
