"""Shelving ends within a second of its time, whatever restarts lie between; on the clock of the timers themselves."""

from __future__ import annotations

from functools import partial
from random import Random

import pytest
from sqlalchemy import Connection

import cloud.alarms.due
from cloud.alarms import machine
from cloud.alarms.book import AlarmBook
from cloud.alarms.machine import Actor
from cloud.alarms.raising import Key, Raise, raise_alarm
from cloud.alarms.store import alarm_by_id, history
from cloud.audit.store import SYSTEM
from cloud.database.base import Database
from cloud.database.opening import database_of
from cloud.gateways.inventories import take
from cloud.gateways.registration import register
from cloud.settings import Settings
from cloud.timers.running import LOOK_EVERY, Timers
from facility.clock import NS, ManualClock
from tests.cloud.building import DRY_RUN, GATEWAY, SITE, inventory

PUMPS = ("pump-1", "pump-2")
assert cloud.alarms.due.__name__, "its handlers are registered"


async def shelved(database: Database, equipment: str, seconds: float, now: int) -> str:
    key = Key(SITE, equipment, DRY_RUN.id)
    raised = Raise(key, GATEWAY, at=now, recorded_at=now)
    id = await database.write(lambda c: raise_alarm(c, raised, now=now))

    def work(connection: Connection) -> None:
        book = AlarmBook(connection, now)
        row = book.by_id(id)
        assert row is not None
        book.said(row, machine.shelve(row, Actor("one"), "换轴承", now, seconds), by="one")
        book.write()

    await database.write(work)
    return id


async def run(database: Database, clock: ManualClock, until: int) -> None:
    """What `Timers.run` does, its pauses by the clock."""
    timers = Timers(database, clock)
    while clock.now() < until:
        clock.advance(min(await timers.look(), (until - clock.now()) / NS))


@pytest.mark.parametrize("seed", range(2))
async def test_it_ends_within_a_second_over_restarts(settings: Settings, seed: int) -> None:
    chance, clock = Random(seed), ManualClock()
    async with database_of(settings.database_url) as database:
        await database.write(lambda c: register(c, SITE, GATEWAY, by=SYSTEM, at=clock.now()))
        await database.write(lambda c: take(c, inventory(), at=clock.now()))
        ends = {}
        for equipment in PUMPS:
            seconds = chance.uniform(1, 40)
            id = await shelved(database, equipment, seconds, clock.now())
            ends[id] = clock.now() + round(seconds * NS)
            clock.advance(chance.uniform(0, 1))
    away: list[tuple[int, int]] = []
    for _ in range(4):
        async with database_of(settings.database_url) as database:
            await run(database, clock, clock.now() + round(chance.uniform(1, 12) * NS))
        went = clock.now()
        clock.advance(chance.uniform(0.1, 5))
        away.append((went, clock.now()))
    async with database_of(settings.database_url) as database:
        await run(database, clock, max(ends.values()) + 2 * NS)
        for id, end in ends.items():
            (at,) = [s["recorded_at"] for s in await database.read(partial(history, id=id)) if s["kind"] == "unshelved"]
            back = next((there for gone, there in away if gone <= end < there), end)
            assert end <= at <= back + NS
            row = await database.read(partial(alarm_by_id, id=id))
            assert row is not None
            assert (row.shelved_until, row.live) == (None, True)


def test_the_table_is_looked_at_twice_a_second_at_least() -> None:
    assert LOOK_EVERY <= 0.5
