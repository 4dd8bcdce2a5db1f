"""Log-in: the name and password of a person for a session's cookie."""

from __future__ import annotations

from sqlalchemy import Connection, RowMapping

from cloud.audit.store import Entry, record
from cloud.caller import Caller
from cloud.database.base import Database
from cloud.errors import TooMany, Unauthenticated
from cloud.users.delay import right, wait_of, wrong
from cloud.users.passwords import Passwords
from cloud.users.roles import load_roles, permissions_of
from cloud.users.store import forget_sessions, open_session, user_by_name


def too_many(wait: int) -> TooMany:
    """Wait so many seconds."""
    return TooMany(f"too many wrong log-ins for this name: try again in {wait} s", headers={"Retry-After": str(wait)})


async def log_in(database: Database, passwords: Passwords, name: str, password: str, now: int) -> tuple[str, Caller]:
    """(cookie, who) of a new session. Raises Unauthenticated, TooMany; says the same for names that do not exist."""

    def look(connection: Connection) -> tuple[int, RowMapping | None]:
        return wait_of(connection, name, now), user_by_name(connection, name)

    wait, user = await database.read(look)
    if wait:
        raise too_many(wait)
    active = user if user is not None and not user["disabled"] else None
    if not await passwords.right(password, active["password"] if active is not None else None):
        wait = await database.write(lambda c: _wrong(c, name, now))
        raise too_many(wait) if wait else Unauthenticated("the name or the password is wrong")
    if active is None:
        raise Unauthenticated("the name or the password is wrong")
    caller = Caller("user", active["id"], active["name"], permissions_of(load_roles(active["roles"])))
    cookie = await database.write(lambda c: _right(c, caller, name, now))
    return cookie, caller


def _wrong(connection: Connection, name: str, now: int) -> int:
    wait = wrong(connection, name, now)
    stranger = Caller("user", "", name)
    record(connection, stranger, Entry("session.open", outcome="refused", detail=f"wait {wait} s"), at=now)
    return wait


def _right(connection: Connection, caller: Caller, name: str, now: int) -> str:
    if wait := wait_of(connection, name, now):
        raise too_many(wait)
    right(connection, name)
    forget_sessions(connection, now)
    record(connection, caller, Entry("session.open"), at=now)
    return open_session(connection, caller.id, at=now)
