"""Alarms in a real store that live through a random walk of raises, answers and time; after each step all must hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any

from sqlalchemy import Connection, select

import cloud.alarms.due
from cloud.alarms import machine, response
from cloud.alarms.book import AlarmBook
from cloud.alarms.raising import Key, Raise, raise_in
from cloud.alarms.reading import by_id
from cloud.alarms.row import AlarmRow
from cloud.alarms.statistics import Statistics, statistics
from cloud.alarms.tables import ALARM
from cloud.audit.store import SYSTEM
from cloud.caller import Caller
from cloud.database.base import Database
from cloud.errors import Problem
from cloud.gateways.inventories import take
from cloud.gateways.registration import register
from cloud.permissions import OF_ROLE, Permission, Role
from cloud.timers.running import fire
from cloud.timers.tables import TIMER
from facility.alarm import Detection, Post
from facility.clock import NS
from tests.cloud.building import DRY_RUN, FIRE, GATEWAY, HOT, SITE, inventory

BEGIN = 1_790_000_000 * NS
assert cloud.alarms.due.__name__, "its handlers are registered"
KEYS = [("pump-1", DRY_RUN, ""), ("pump-2", DRY_RUN, ""), ("pump-1", HOT, ""), ("fire-panel", FIRE, "l1d001"),
        ("fire-panel", FIRE, "l1d002")]  # fmt: skip
PEOPLE = [
    Caller("user", name, name, {"*": OF_ROLE[role] | {Permission.ENGINEERING_ANSWER, Permission.CONTROL_ROOM_ANSWER}})
    for name, role in (("one", Role.FIRE_OPERATOR), ("two", Role.ENGINEER), ("head", Role.MANAGER))
]


class StoredLives:
    """A walk over one store, with its own record of what was raised."""

    def __init__(self, database: Database, seed: int) -> None:
        self._database = database
        self._chance = Random(seed)
        self._live: set[int] = set()
        self._raised: list[tuple[int, tuple[str, str, str], int]] = []
        self._shelved: list[tuple[int, str]] = []
        self.now = BEGIN
        self.done: Counter[str] = Counter()

    async def begin(self) -> None:
        """The building is there."""
        told = inventory()
        await self._database.write(lambda c: register(c, SITE, GATEWAY, by=SYSTEM, at=BEGIN))
        await self._database.write(lambda c: take(c, told, at=BEGIN))

    async def walk(self, steps: int) -> None:
        """So many steps, each a transaction of its own."""
        for _ in range(steps):
            self.now += self._chance.choice((0, 1, 1, 7, 30, 61, 400, 4000)) * NS
            await self._database.write(self._step)

    def _step(self, connection: Connection) -> None:
        fire(connection, self.now)
        what = self._chance.choice((self._raise, self._raise, self._clear, self._latch, self._answer, self._answer))
        what(connection)
        self._check(connection)

    def _raise(self, connection: Connection) -> None:
        place = self._chance.randrange(len(KEYS))
        equipment, rule, instance = KEYS[place]
        book = AlarmBook(connection, self.now)
        raise_in(book, Raise(Key(SITE, equipment, rule.id, instance), GATEWAY, at=self.now, recorded_at=self.now))
        book.write()
        if place not in self._live:
            self._live.add(place)
            self._raised.append((self.now, (equipment, instance, rule.id), rule.priority.value))
            self.done["raise"] += 1

    def _of_live(self, connection: Connection, change: Callable[[AlarmBook, AlarmRow], None]) -> int | None:
        if not self._live:
            return None
        place = self._chance.choice(sorted(self._live))
        equipment, rule, instance = KEYS[place]
        book = AlarmBook(connection, self.now)
        row = book.live((SITE, equipment, rule.id, instance))
        assert row is not None
        change(book, row)
        book.write()
        return place

    def _clear(self, connection: Connection) -> None:
        place = self._of_live(connection, lambda book, row: book.clear(row, "reset", at=self.now, by=GATEWAY))
        if place is not None:
            self._live.discard(place)
            self.done["clear"] += 1

    def _latch(self, connection: Connection) -> None:
        def latched(book: AlarmBook, row: AlarmRow) -> None:
            machine.detect(row, self._chance.choice((Detection.LATCHED, Detection.ACTIVE)), None, self.now)
            book.changed(row)

        self._of_live(connection, latched)

    def _answer(self, connection: Connection) -> None:
        ids = connection.execute(select(ALARM.c.id).order_by(ALARM.c.last_raised_at.desc()).limit(6)).scalars().all()
        if not ids:
            return
        id, who, now = self._chance.choice(ids), self._chance.choice(PEOPLE), self.now
        doing: dict[str, Callable[[], Any]] = {
            "acknowledge": lambda: response.acknowledge(connection, id, who, None, now=now),
            "confirm": lambda: response.confirm(
                connection, id, who, self._chance.choice(("real", "false", "unknown")), "x", now=now
            ),
            "silence": lambda: response.silence(connection, (id,), who, now=now),
            "comment": lambda: response.comment(connection, id, who, "x", now=now),
            "shelve": lambda: response.one(
                connection, id, who, "shelve",
                lambda row, by: machine.shelve(row, by, "x", now, self._chance.choice((5, 3600))), now=now,
            ),
            "close": lambda: response.one(
                connection, id, who, "close", lambda row, by: machine.close(row, by, now), now=now
            ),
        }  # fmt: skip
        name = self._chance.choice(sorted(doing))
        before = next(by_id(connection, (id,)))
        try:
            doing[name]()
            self.done[name] += 1
            if name == "shelve":
                self._shelved.append((now, before.rule))
        except Problem:
            assert next(by_id(connection, (id,))) == before, "a refusal changes nothing"
            self.done[f"{name} refused"] += 1

    def _check(self, connection: Connection) -> None:
        ids = connection.execute(select(ALARM.c.id).where(ALARM.c.updated_at >= self.now - 1)).scalars().all()
        for row in by_id(connection, ids):
            t = TIMER.c
            timers = {(x.kind, x.due_at) for x in connection.execute(select(TIMER).where(t.ref == row.id))}
            assert timers == set(machine.deadlines(row)), (timers, row)
            assert not (machine.life_safety(row) and row.shelved_until is not None)
            assert row.closed_at is None or (not row.live and row.must_close and row.confirmed_outcome is not None)
        live = connection.execute(select(ALARM.c.equipment, ALARM.c.rule, ALARM.c.instance).where(ALARM.c.live)).all()
        assert sorted(map(tuple, live)) == sorted((KEYS[n][0], KEYS[n][1].id, KEYS[n][2]) for n in self._live)

    async def recounted(self, post: Post | None = None) -> tuple[Statistics, dict[str, Any]]:
        """The live statistics of the whole walk, and the same counted by brute force from the walk's own record."""
        end = self.now + 1
        start = max(BEGIN, end - 31 * 24 * 3600 * NS)
        found = await self._database.read(lambda c: statistics(c, SITE, post, start, end))
        own = [r for r in self._raised if r[0] >= start and (post is None or post in _owners(r[1][2]))]
        pieces: dict[int, int] = {}
        at, n = start, 0
        while at < end:
            pieces[n] = sum(at <= t < at + 600 * NS for t, _, _ in own)
            at, n = at + 600 * NS, n + 1
        counts = Counter(key for _, key, _ in own)
        top = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:10]
        chattering = {
            key
            for key in counts
            for t, other, _ in own
            if other == key and sum(k == key and t <= u <= t + 60 * NS for u, k, _ in own) >= 3
        }
        return found, {
            "raises": len(own),
            "most_in_ten_minutes": max(pieces.values()),
            "flood_share": sum(v > 10 for v in pieces.values()) / len(pieces),
            "top": [(*key, count) for key, count in top],
            "priorities": dict(Counter(priority for _, _, priority in own)),
            "chattering": sorted(chattering),
            "shelvings": sum(t >= start and (post is None or post in _owners(rule)) for t, rule in self._shelved),
        }


def _owners(rule: str) -> tuple[Post, ...]:
    return next(r.owners for _, r, _ in KEYS if r.id == rule)


def shown(found: Statistics) -> dict[str, Any]:
    """The live figures in the shape of the recount."""
    whole = found.whole
    return {
        "raises": whole.raises,
        "most_in_ten_minutes": whole.most_in_ten_minutes,
        "flood_share": whole.flood_share,
        "top": [(p.equipment, p.instance, p.rule, p.count) for p in whole.top],
        "priorities": whole.priorities,
        "chattering": sorted((p.equipment, p.instance, p.rule) for p in whole.chattering),
        "shelvings": whole.shelvings,
    }
