"""What an administrator does at the command line, beside a cloud that may be running."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from sqlalchemy import Connection

from cloud.audit.store import SYSTEM, Entry, record
from cloud.database.base import Database
from cloud.database.opening import database_of
from cloud.gateways.card_keys import card_key
from cloud.gateways.registration import register
from cloud.gateways.schemas import NewGateway, Registration
from cloud.migrations.running import migrate
from cloud.notification.setup import seal_anew
from cloud.permissions import Permission, Role
from cloud.sealing import Seal, add_key, drop_old_keys
from cloud.settings import Settings
from cloud.users import first, store, tokens
from cloud.users.passwords import Passwords
from cloud.users.secrets import new_password as made_password
from facility.clock import SystemClock
from facility.errors import ConfigError


def the_store(settings: Settings, *, create: bool) -> Settings:
    """The settings, where there is a store; ConfigError names the folder that has none."""
    url = settings.database_url
    held = Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite:") else settings.data
    if not create and not held.exists():
        raise ConfigError(
            f"there is no cloud in {settings.data.absolute()}: name its folder (gatehouse cloud --data FOLDER …), "
            "make one with `gatehouse cloud serve`, or add --create to make it here"
        )
    return settings


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[Database]:
    await migrate(settings.database_url, only_sqlite=True)
    async with database_of(settings.database_url) as database:
        yield database


def add_user(name: str, roles: Mapping[str, tuple[Role, ...]]) -> Callable[[Settings], Awaitable[str]]:
    """Makes an account; gives its password."""

    async def work(settings: Settings) -> str:
        password, now = made_password(), SystemClock().now()
        kept = await asyncio.to_thread(Passwords().make, password)

        def make(connection: Connection) -> None:
            store.add_user(connection, name, kept, roles, at=now)
            record(connection, SYSTEM, Entry("user.create", name), at=now)

        async with _opened(settings) as database:
            await database.write(make)
        return password

    return work


async def rotate_secrets(settings: Settings) -> int:
    """A new key; every channel's secret is sealed with it, then the old key is taken away. How many channels."""
    file = settings.secrets_file
    await asyncio.to_thread(add_key, file)
    async with _opened(settings) as database:
        count = await database.write(partial(_seal_all, seal=Seal(file), now=SystemClock().now()))
    await asyncio.to_thread(drop_old_keys, file)
    return count


def _seal_all(connection: Connection, seal: Seal, now: int) -> int:
    count = seal_anew(connection, seal, all_of=True)
    record(connection, SYSTEM, Entry("secrets.rotate", str(count)), at=now)
    return count


def new_password(name: str) -> Callable[[Settings], Awaitable[str]]:
    """Gives an account a new password."""

    async def work(settings: Settings) -> str:
        password, now = made_password(), SystemClock().now()
        kept = await asyncio.to_thread(Passwords().make, password)

        def change(connection: Connection) -> None:
            if not store.set_password(connection, name, kept):
                raise ConfigError(f"there is no user {name!r}")
            record(connection, SYSTEM, Entry("user.password", name), at=now)

        async with _opened(settings) as database:
            await database.write(change)
        return password

    return work


def add_token(
    name: str, roles: Mapping[str, tuple[Role, ...]], scopes: Mapping[str, tuple[Permission, ...]]
) -> Callable[[Settings], Awaitable[str]]:
    """Makes a token."""

    async def work(settings: Settings) -> str:
        now = SystemClock().now()

        def make(connection: Connection) -> str:
            record(connection, SYSTEM, Entry("token.create", name), at=now)
            return tokens.issue(connection, tokens.Grant(name, roles, scopes), by=SYSTEM.name, at=now)

        async with _opened(settings) as database:
            return await database.write(make)

    return work


def add_gateway(site: str, id: str, *, renew: bool) -> Callable[[Settings], Awaitable[Registration]]:
    """Registers a gateway."""

    async def work(settings: Settings) -> Registration:
        wanted = NewGateway(site=site, id=id, renew=renew)
        now = SystemClock().now()
        key = card_key(settings.data, wanted.site)
        async with _opened(settings) as database:
            token = await database.write(
                lambda c: register(c, wanted.site, wanted.id, by=SYSTEM, at=now, renew=wanted.renew)
            )
        return Registration(site=site, id=id, token=token, card_key=key)

    return work


def credentials(url: str) -> Callable[[Settings], Awaitable[first.Credentials]]:
    """Makes one account and one token of each role."""

    async def work(settings: Settings) -> first.Credentials:
        async with _opened(settings) as database:
            return await first.one_of_each_role(database, Passwords(), url, now=SystemClock().now())

    return work


def write_secret(path: Path, text: str) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text + "\n")
    fresh.replace(path)
