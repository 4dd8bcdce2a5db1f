"""Wrong log-ins: after five, each further one doubles the wait, for names that do not exist too."""

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


def wait_of(connection: Connection, name: str, now: int) -> int:
    """Whole seconds before the next try for this name; 0: now."""
    where = WRONG_LOGIN.c.name == digest(name)
    until = connection.execute(select(WRONG_LOGIN.c.until).where(where)).scalar_one_or_none() or 0
    return max(0, -((now - until) // NS)) if until > now else 0


def wrong(connection: Connection, name: str, now: int) -> int:
    """Count a wrong try; the seconds to wait before the next."""
    connection.execute(delete(WRONG_LOGIN).where(WRONG_LOGIN.c.last_at < now - FORGOTTEN))
    where = WRONG_LOGIN.c.name == digest(name)
    times = (connection.execute(select(WRONG_LOGIN.c.times).where(where)).scalar_one_or_none() or 0) + 1
    wait = min(LONGEST, FIRST << min(times - FREE, 10)) if times >= FREE else 0
    connection.execute(delete(WRONG_LOGIN).where(where))
    row = {"name": digest(name), "times": times, "last_at": now, "until": now + wait}
    connection.execute(insert(WRONG_LOGIN), row)
    return wait // NS


def right(connection: Connection, name: str) -> None:
    """Forget the wrong tries of this name."""
    connection.execute(delete(WRONG_LOGIN).where(WRONG_LOGIN.c.name == digest(name)))
