"""A sender by itself, on a clock that the test moves: alarms and notices put straight into the store."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, select

from cloud.alarms.row import AlarmRow
from cloud.alarms.tables import ALARM
from cloud.database.base import Database
from cloud.ids import new_id
from cloud.notices.store import Notice, give_notices
from cloud.notification import setup
from cloud.notification.guard import Guard
from cloud.notification.kinds import config_of
from cloud.notification.posting import Post
from cloud.notification.routing import Matches
from cloud.notification.sender import Sender
from cloud.notification.tables import ATTEMPT, CHANNEL, DELIVERY, ROUTE
from cloud.sealing import Seal
from facility.clock import NS, ManualClock
from tests.cloud.notification.bots import Bots

SITE = "riverside"


@dataclass
class Telling:
    """What the tests do with it."""

    database: Database
    bots: Bots
    clock: ManualClock
    key: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="gatehouse-key-")) / "secrets.key")
    """The file with what the channels' secrets are sealed."""
    patience: float = 20.0
    raised: int = 0

    def sender(self) -> Sender:
        """Another process's sender."""
        post = Post(Guard(frozenset({self.bots.host})), self.clock, patience=self.patience)
        return Sender(self.database, self.clock, post, Seal(self.key), "https://gatehouse.example")

    async def channel(self, name: str, kind: str, **told: Any) -> str:
        """Set one up that posts to the stand-in."""
        values = setup.channel_values(SITE, name, kind, config_of(kind, told), Seal(self.key), enabled=True)
        return await self.database.write(lambda c: setup.put(c, CHANNEL, None, values, now=self.clock.now()))

    async def robot(self, name: str) -> str:
        """A WeCom robot at a path of its own."""
        return await self.channel(name, "wecom", key=name, url=f"{self.bots.url}/{name}")

    async def hook(self, name: str) -> str:
        """A webhook at a path of its own."""
        return await self.channel(name, "webhook", secret="s" * 32, url=f"{self.bots.url}/{name}")

    async def route(self, *channels: str) -> None:
        """Everything over these."""

        def work(connection: Connection) -> None:
            told = setup.route_values(connection, SITE, "all", 1, Matches(), channels, enabled=True)
            setup.put(connection, ROUTE, None, told, now=self.clock.now())

        await self.database.write(work)

    async def alarms(self, many: int, *, life_safety: bool = False) -> None:
        """Raise them, each with its notice."""
        now = self.clock.now()
        rows = [_alarm(now, n, life_safety=life_safety) for n in range(self.raised, self.raised + many)]
        self.raised += many
        notices = [Notice(now, SITE, row.id, "raised", ("engineering",), life_safety=life_safety) for row in rows]

        def work(connection: Connection) -> None:
            connection.execute(insert(ALARM), [asdict(row) for row in rows])
            give_notices(connection, notices)

        await self.database.write(work)

    async def turns(self, sender: Sender, seconds: float, step: float = 0.5) -> None:
        """Let the time pass."""
        for _ in range(round(seconds / step)):
            await sender.turn()
            await sender.settle()
            self.clock.wall += round(step * NS)

    async def states(self) -> list[tuple[str, str]]:
        """(channel's name, state) of every delivery, in their order."""
        rows = await self._rows(select(DELIVERY).order_by(DELIVERY.c.id))
        names = {row["id"]: row["name"] for row in await self._rows(select(CHANNEL))}
        return [(names.get(row["channel"], ""), row["state"]) for row in rows]

    async def reasons(self) -> list[str]:
        """Why each stands as it does."""
        return [row["why"] for row in await self._rows(select(DELIVERY).order_by(DELIVERY.c.id))]

    async def attempts(self) -> Sequence[Any]:
        """Every request."""
        return await self._rows(select(ATTEMPT).order_by(ATTEMPT.c.id))

    async def _rows(self, query: Any) -> Sequence[Any]:
        return await self.database.read(lambda c: c.execute(query).mappings().all())


def _alarm(now: int, number: int, *, life_safety: bool) -> AlarmRow:
    return AlarmRow(
        id=new_id(now), site=SITE, gateway="g", equipment=f"pump-{number}", instance="", rule="trip",
        detected_by="edge", live=True, detection="active", priority=1 if life_safety else 3,
        alarm_class="life_safety" if life_safety else "equipment", system="water", place=None,
        equipment_zh=f"{number}号泵", equipment_en=f"Pump {number}", name_zh="跳闸", name_en="Trip",
        guidance='{"zh": ["停泵"], "en": ["Stop it"]}', owners='["engineering"]', raised_at=now, last_raised_at=now,
        recorded_at=now, received_at=now, updated_at=now,
    )  # fmt: skip
