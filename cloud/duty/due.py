"""What time does to certificates: somebody is told in time that one runs out, and that it has."""

from __future__ import annotations

from sqlalchemy import Connection

from cloud.duty.certificates import EXPIRY, arm, certificate_row, replaced
from cloud.errors import NotFound
from cloud.notices.store import Notice, give_notices
from cloud.timers.store import Timer, due


@due(EXPIRY)
def runs_out(connection: Connection, timer: Timer, now: int) -> None:
    """The manager, and the post that needs it, are told; nobody where a newer one is there already."""
    try:
        row = certificate_row(connection, timer.ref)
    except NotFound:
        return
    if not replaced(connection, row):
        posts = ("manager", "control_room") if row["kind"] == "fire_facility" else ("manager", "engineering")
        give_notices(connection, [Notice(now, row["site"], row["id"], "certificate", posts)])
    arm(connection, row, now)
