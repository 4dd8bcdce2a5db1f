"""What a transaction hands over is what it committed: the stream's frames go from there to the pages without a read."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Connection

import cloud
from cloud.database.handing import savepoint
from cloud.database.opening import database_of
from cloud.settings import Settings
from cloud.stream.store import Frame, after, publish

NOW = 1_790_000_000 * 10**9


def say(connection: Connection, body: str) -> None:
    publish(connection, "alarm", "s", body, at=NOW)


def undone(connection: Connection) -> None:
    with savepoint(connection):
        say(connection, "never")
        with savepoint(connection):
            say(connection, "nor this")
        raise ValueError("undone")


async def test_what_was_undone_is_not_handed_over(settings: Settings) -> None:
    heard: list[Frame] = []

    def work(connection: Connection) -> None:
        say(connection, "first")
        with pytest.raises(ValueError, match="undone"):
            undone(connection)
        with savepoint(connection):
            say(connection, "second")

    def fails(connection: Connection) -> None:
        say(connection, "lost")
        raise KeyError("lost")

    async with database_of(settings.database_url) as database:
        database.on_commit(lambda handed: heard.extend(f for f in handed or () if isinstance(f, Frame)))
        await database.write(work)
        with pytest.raises(KeyError):
            await database.write(fails)
        await database.write(lambda c: say(c, "third"))
        kept = await database.read(lambda c: after(c, 0))
        assert [frame.body for frame in kept] == ["first", "second", "third"]
        assert heard == (list(kept) if settings.database_url.startswith("sqlite") else [])


def test_every_savepoint_is_one_that_takes_back_what_was_handed_over() -> None:
    root = Path(cloud.__file__).parent
    using = [path.name for path in root.rglob("*.py") if "begin_nested" in path.read_text(encoding="utf-8")]
    assert using == ["handing.py"]
