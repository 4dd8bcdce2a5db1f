"""First accounts: the administrator of a new store, and one of each role for a demo; secrets are made, never chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from cloud.audit.store import SYSTEM, Entry, record
from cloud.database.base import Database
from cloud.permissions import EVERYWHERE, Role
from cloud.users.passwords import Passwords
from cloud.users.secrets import new_password
from cloud.users.store import add_user, set_password, user_by_name
from cloud.users.tables import USER
from cloud.users.tokens import Grant, issue
from facility.words import Frozen

ADMIN = "admin"


async def first_admin(database: Database, passwords: Passwords, *, now: int) -> str | None:
    """The password of the administrator made now, to be printed once; None where there are users already."""
    if await database.read(_any_user):
        return None
    password = new_password()
    kept = await passwords.make_off_loop(password)

    def work(connection: Connection) -> bool:
        if _any_user(connection):
            return False
        add_user(connection, ADMIN, kept, {EVERYWHERE: (Role.ADMIN,)}, at=now)
        record(connection, SYSTEM, Entry("user.create", ADMIN, detail="first start"), at=now)
        return True

    return password if await database.write(work) else None


def _any_user(connection: Connection) -> bool:
    return connection.execute(select(func.count()).select_from(USER)).scalar_one() > 0


class Login(Frozen):
    """One account for a demo."""

    name: str
    role: Role
    password: str


class Credentials(Frozen):
    """All accounts of a demo, for a file of mode 0600."""

    url: str
    users: tuple[Login, ...]
    tokens: dict[Role, str]
    """One bearer token a role."""


@dataclass(frozen=True, slots=True)
class _Made:
    login: Login
    kept: str


async def one_of_each_role(database: Database, passwords: Passwords, url: str, *, now: int) -> Credentials:
    """One user and one token per role, for every site; known users of these names get new passwords."""
    made = [await _made(passwords, role) for role in Role]
    tokens = await database.write(lambda c: _write(c, made, now))
    return Credentials(url=url, users=tuple(each.login for each in made), tokens=tokens)


async def _made(passwords: Passwords, role: Role) -> _Made:
    password = new_password()
    return _Made(Login(name=role.value, role=role, password=password), await passwords.make_off_loop(password))


def _write(connection: Connection, made: Sequence[_Made], now: int) -> dict[Role, str]:
    tokens: dict[Role, str] = {}
    for each in made:
        name, role = each.login.name, each.login.role
        if user_by_name(connection, name) is None:
            add_user(connection, name, each.kept, {EVERYWHERE: (role,)}, at=now)
        else:
            set_password(connection, name, each.kept)
        record(connection, SYSTEM, Entry("user.create", name, detail="demo"), at=now)
        tokens[role] = issue(connection, Grant(f"demo-{name}", {EVERYWHERE: (role,)}), by="system", at=now)
    return tokens
