"""How long it is kept who went where: 180 days unless told, a year at most, then it is deleted."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, delete, select, tuple_

from cloud.ingest.tables import EVENT
from cloud.settings import ACCESS_DAYS
from cloud.sites.store import sites
from facility.clock import AHEAD, NS

DAYS: Final = ACCESS_DAYS
DAY: Final = 24 * 3600 * NS
AT_ONCE: Final = 2_000
"""Lines in one transaction: alarms wait for no more than these."""
_TYPES: Final = ("access.granted", "access.denied", "access.passage")
_E = EVENT.c
_KEY: Final = (_E.site, _E.gateway, _E.spool, _E.lane, _E.seq)


def forget_access(connection: Connection, now: int, days: int) -> int:
    """Delete lines older than so many days, AT_ONCE at most; how many.

    A line with a time that lies ahead counts from its arrival: the gateway's clock was wrong.
    """
    limit = now - days * DAY
    ahead = (_E.at > now + AHEAD) & (_E.received_at < limit)
    for site in [row["id"] for row in sites(connection, None)]:
        for old in (_E.at < limit, ahead):
            keys = select(*_KEY).where(_E.site == site, _E.type.in_(_TYPES), old).limit(AT_ONCE)
            found = [tuple(row) for row in connection.execute(keys)]
            if found:
                connection.execute(delete(EVENT).where(tuple_(*_KEY).in_(found)))
                return len(found)
    return 0
