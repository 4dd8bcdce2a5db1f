"""Log-in: the name and password of a person for a session's cookie."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping

from cloud.audit.store import Entry, record
from cloud.caller import Caller
from cloud.database.base import Database
from cloud.errors import TooMany, Unauthenticated
from cloud.users.delay import right, slow_of, wait_of, wrong
from cloud.users.passwords import Passwords
from cloud.users.roles import load_roles, permissions_of
from cloud.users.store import forget_sessions, open_session, user_by_name


def too_many(wait: int) -> TooMany:
    """Wait so many seconds."""
    says = (
        f"登录失败次数过多,请 {wait} 秒后再试 · too many wrong log-ins for this name from here: try again in {wait} s"
    )
    return TooMany(says, headers={"Retry-After": str(wait)})


@dataclass(frozen=True, slots=True)
class Try:
    """One try to log in."""

    name: str
    password: str
    address: str
    now: int


async def log_in(database: Database, passwords: Passwords, tried: Try) -> tuple[str, Caller]:
    """(cookie, who) of a new session. Raises Unauthenticated, TooMany; says the same for names that do not exist."""

    def look(connection: Connection) -> tuple[int, float, RowMapping | None]:
        wait = wait_of(connection, tried.name, tried.address, tried.now)
        return wait, slow_of(connection, tried.name, tried.now), user_by_name(connection, tried.name)

    wait, slow, user = await database.read(look)
    if wait:
        raise too_many(wait)
    await asyncio.sleep(slow)
    active = user if user is not None and not user["disabled"] else None
    if not await passwords.right(tried.password, active["password"] if active is not None else None):
        wait = await database.write(lambda c: _wrong(c, tried))
        raise too_many(wait) if wait else Unauthenticated("用户名或密码错误 · the name or the password is wrong")
    if active is None:
        raise Unauthenticated("用户名或密码错误 · the name or the password is wrong")
    caller = Caller("user", active["id"], active["name"], permissions_of(load_roles(active["roles"])))
    cookie = await database.write(lambda c: _right(c, caller, tried, active["password"]))
    return cookie, caller


def _wrong(connection: Connection, tried: Try) -> int:
    wait = wrong(connection, tried.name, tried.address, tried.now)
    stranger = Caller("user", "", tried.name)
    entry = Entry("session.open", outcome="refused", detail=f"from {tried.address}, wait {wait} s")
    record(connection, stranger, entry, at=tried.now)
    return wait


def _right(connection: Connection, caller: Caller, tried: Try, checked: str) -> str:
    if wait := wait_of(connection, tried.name, tried.address, tried.now):
        raise too_many(wait)
    user = user_by_name(connection, tried.name)
    if user is None or user["password"] != checked or user["disabled"]:
        raise Unauthenticated(
            "密码刚刚更改,请用新密码登录 · the password has just been changed: log in with the new one"
        )
    right(connection, tried.name, tried.address)
    forget_sessions(connection, tried.now)
    record(connection, caller, Entry("session.open"), at=tried.now)
    return open_session(connection, caller.id, at=tried.now)
