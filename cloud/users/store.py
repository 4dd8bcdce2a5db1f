"""Users and their sessions in the store."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from cloud.errors import Conflict
from cloud.ids import new_id
from cloud.users.roles import SiteRoles, dump_roles
from cloud.users.secrets import digest, new_secret
from cloud.users.tables import SESSION, USER
from facility.clock import NS

IDLE: Final = 12 * 3600 * NS
"""A session that nobody used for so long is over: one long shift."""

LONGEST: Final = 7 * 24 * 3600 * NS
"""No session lives longer."""

TOUCH: Final = 60 * NS
"""How exactly the last use is kept."""


def add_user(
    connection: Connection, name: str, password: str, roles: SiteRoles, *, at: int, display_name: str = ""
) -> str:
    """A new user with a password hash; Conflict where the name is taken."""
    if user_by_name(connection, name) is not None:
        raise Conflict(f"用户名 {name!r} 已被使用,请换一个 · there is a user {name!r} already; choose another name")
    row = {"id": new_id(at), "name": name, "password": password, "roles": dump_roles(roles)}
    connection.execute(insert(USER), row | {"disabled": False, "created_at": at, "display_name": display_name})
    return row["id"]


def set_password(connection: Connection, name: str, password: str) -> bool:
    """A new password hash; ends every session of the user. False where there is no such user."""
    user = user_by_name(connection, name)
    if user is None:
        return False
    connection.execute(update(USER).where(USER.c.id == user["id"]).values(password=password))
    connection.execute(delete(SESSION).where(SESSION.c.user_id == user["id"]))
    return True


def user_by_name(connection: Connection, name: str) -> RowMapping | None:
    """The user."""
    return connection.execute(select(USER).where(USER.c.name == name)).mappings().first()


def users(connection: Connection) -> Sequence[RowMapping]:
    """All users but their passwords, by name."""
    columns = [column for column in USER.c if column.name != "password"]
    return connection.execute(select(*columns).order_by(USER.c.name)).mappings().all()


def open_session(connection: Connection, user: str, *, at: int) -> str:
    """A new session's cookie."""
    cookie = new_secret("ghs")
    connection.execute(insert(SESSION), {"secret": digest(cookie), "user_id": user, "created_at": at, "seen_at": at})
    return cookie


def session_user(connection: Connection, cookie: str, now: int) -> RowMapping | None:
    """The user of a session that is not over, with the session's `seen_at`."""
    query = select(USER, SESSION.c.seen_at).join(SESSION, SESSION.c.user_id == USER.c.id)
    alive = (SESSION.c.seen_at > now - IDLE) & (SESSION.c.created_at > now - LONGEST) & ~USER.c.disabled
    return connection.execute(query.where(SESSION.c.secret == digest(cookie), alive)).mappings().first()


def touch_session(connection: Connection, cookie: str, now: int) -> None:
    """It was used now."""
    connection.execute(update(SESSION).where(SESSION.c.secret == digest(cookie)).values(seen_at=now))


def close_session(connection: Connection, cookie: str) -> None:
    """End it."""
    connection.execute(delete(SESSION).where(SESSION.c.secret == digest(cookie)))


def forget_sessions(connection: Connection, now: int) -> None:
    """Delete what is over."""
    over = (SESSION.c.seen_at <= now - IDLE) | (SESSION.c.created_at <= now - LONGEST)
    connection.execute(delete(SESSION).where(over))
