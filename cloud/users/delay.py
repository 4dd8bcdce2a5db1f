"""Wrong log-ins: after five from one address each further one doubles its wait; from anywhere they slow the name."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, delete, insert, select

from cloud.users.secrets import digest
from cloud.users.tables import WRONG_LOGIN
from facility.clock import NS

FREE: Final = 5
FIRST: Final = 30 * NS
LONGEST: Final = 15 * 60 * NS
FORGOTTEN: Final = 3600 * NS
"""A name that nobody got wrong for so long starts anew."""
SLOW: Final = 0.25
SLOWEST: Final = 4.0
"""Seconds that each try for a name takes which was got wrong often: a stranger can't lock anybody out by it."""


def _pair(name: str, address: str) -> str:
    return digest(f"{name}\0{address}")


def wait_of(connection: Connection, name: str, address: str, now: int) -> int:
    """Whole seconds before the next try for this name from this address; 0: now. Names that do not exist count too."""
    where = WRONG_LOGIN.c.name == _pair(name, address)
    until = connection.execute(select(WRONG_LOGIN.c.until).where(where)).scalar_one_or_none() or 0
    return max(0, -((now - until) // NS)) if until > now else 0


def slow_of(connection: Connection, name: str, now: int) -> float:
    """Seconds that a try for this name is to take, from whatever address."""
    w = WRONG_LOGIN.c
    where = (w.name == digest(name)) & (w.last_at >= now - FORGOTTEN)
    times = connection.execute(select(w.times).where(where)).scalar_one_or_none() or 0
    return min(SLOWEST, SLOW * 2 ** min(times - FREE, 10)) if times >= FREE else 0.0


def wrong(connection: Connection, name: str, address: str, now: int) -> int:
    """Count a wrong try; the seconds to wait before the next from this address."""
    connection.execute(delete(WRONG_LOGIN).where(WRONG_LOGIN.c.last_at < now - FORGOTTEN))
    _count(connection, digest(name), now, locks=False)
    return _count(connection, _pair(name, address), now, locks=True) // NS


def _count(connection: Connection, key: str, now: int, *, locks: bool) -> int:
    where = WRONG_LOGIN.c.name == key
    times = (connection.execute(select(WRONG_LOGIN.c.times).where(where)).scalar_one_or_none() or 0) + 1
    wait = min(LONGEST, FIRST << min(times - FREE, 10)) if locks and times >= FREE else 0
    connection.execute(delete(WRONG_LOGIN).where(where))
    connection.execute(insert(WRONG_LOGIN), {"name": key, "times": times, "last_at": now, "until": now + wait})
    return wait


def right(connection: Connection, name: str, address: str) -> None:
    """Forget the wrong tries of this name from this address, and those that slowed it."""
    connection.execute(delete(WRONG_LOGIN).where(WRONG_LOGIN.c.name.in_((digest(name), _pair(name, address)))))
