"""The duty page within a running agent: built only where site.yaml asks for it, and never in the agent's way."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from edge.alarms.engine import Outcome
from edge.binding import BoundLine
from edge.delivery import Link
from edge.duty.accounts import Accounts
from edge.duty.book import Answered, Book, acknowledgement
from edge.duty.desk import Behind, Desk, Entrance
from edge.duty.log_in import LogIn
from edge.duty.server import Certificate, Server
from edge.duty.sessions import Sessions
from edge.duty.shown import About, Facts
from edge.duty.sounder import Sounder, Write
from edge.pipeline import Pipeline
from edge.snapshot import Snapshot
from edge.steady_clock import SteadyClock
from facility.errors import ConfigError
from facility.event import Draft
from facility.instruction import AlarmAcknowledged
from facility.inventory import Inventory
from facility.site import DutyPage as Written

AGAIN: Final = 5.0
"""Seconds until the next try to listen: a network that comes up later than the gateway."""
LOOK: Final = 60.0
"""Seconds between two looks whether the certificate was renewed."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outside:
    """What the page asks of the rest of the agent."""

    links: Callable[[], Sequence[Link]]
    """The links to the cloud; none where site.yaml names none or none was begun."""
    waiting: Callable[[], int]
    """Events that are not yet in the cloud."""
    has_cloud: bool


class DutyPage:
    """Follows what is recorded; `run` serves the page and drives the sounder."""

    def __init__(
        self, written: Written, base: Path, data: Path, inventory: Inventory, snapshot: Snapshot, clock: SteadyClock,
        outside: Outside,
    ) -> None:  # fmt: skip
        self.book = Book()
        self.why = "not begun"
        self._written = written
        self._base = base
        self._clock = clock
        self._outside = outside
        self._sounder: Sounder | None = None
        self._pipeline: Pipeline | None = None
        accounts = Accounts(base / written.users)
        sessions, log_in = Sessions(data, accounts, clock), LogIn(accounts, clock)
        self._desk = Desk(
            Facts(inventory),
            Entrance(sessions, log_in, written.names, secure=written.certificate is not None),
            Behind(self.book, snapshot, self._about, self._note),
            clock,
        )

    def begin(self, pipeline: Pipeline, kept: Mapping[str, bytes]) -> None:
        """Go on from what the spool kept; detection has been restored."""
        self._pipeline = pipeline
        pipeline.record(Outcome(state=self.book.restore(kept, pipeline.engine)))
        pipeline.let_follow(self)

    def follow(self, drafts: Sequence[Draft]) -> dict[str, bytes]:
        """What people must know of the events."""
        return self.book.follow(drafts)

    def renew(self, inventory: Inventory) -> None:
        """Go on with new settings."""
        self._desk.facts = Facts(inventory)

    def told(self, id: str, asked: AlarmAcknowledged) -> Outcome | None:
        """It was acknowledged in the cloud; None where nobody waits for that any more."""
        one = self.book.get(id)
        if one is None or not one.waits or asked.at < one.at:
            return None
        return Outcome(state=self.book.acknowledge(one, asked.at, asked.by, "cloud"))

    async def run(self, lines: tuple[BoundLine, ...], write: Write) -> None:
        """Until cancelled; what goes wrong here stays here."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._serve(), name="duty page")
            sounder = self._sounder_of(lines, write)
            if sounder is not None:
                self._sounder = sounder
                tasks.create_task(_kept_up(sounder), name="sounder")

    async def _serve(self) -> None:
        while True:
            try:
                await self._listen()
            except (OSError, ConfigError) as error:
                self.why = f"can't listen on {self._written.address}:{self._written.port}: {error}"
                log.warning("duty page: %s; tried again every %g s", self.why, AGAIN)
            except Exception:
                log.exception("duty page: failed; it is begun anew")
            await asyncio.sleep(AGAIN)

    async def _listen(self) -> None:
        own, base = self._written, self._base
        certificate = None
        if own.certificate is not None and own.key is not None:
            certificate = Certificate(base / own.certificate, base / own.key)
        async with Server(str(own.address), own.port, certificate, self._desk.answer) as server:
            self.why = ""
            scheme = "http" if certificate is None else "https"
            log.info("duty page: %s://%s:%d/", scheme, own.address, server.port)
            while True:
                await asyncio.sleep(LOOK)
                if certificate is not None:
                    certificate.renew()

    def _sounder_of(self, lines: tuple[BoundLine, ...], write: Write) -> Sounder | None:
        own = self._written.sounder
        found = next((p for b in lines for p in b.points if own is not None and p.id == own.point), None)
        if own is None or found is None or self._pipeline is None:
            return None
        return Sounder(own, found, self.book, write, self._pipeline.last)

    async def _note(self, alarms: list[Answered], by: str) -> None:
        """Returns when the acknowledgements are on the disk."""
        if self._pipeline is None:
            raise ConfigError("the duty page is not begun")
        now, clock = self._clock.now(), self._clock.state
        done = self._pipeline.record(Outcome([acknowledgement(one, by, now, clock) for one in alarms]))
        for one in alarms:
            log.info("duty page: %s acknowledged %s", by, one.id)
        if done is not None:
            await asyncio.shield(done)

    def _about(self) -> About:
        links = self._outside.links()
        whys = [link.why for link in links if link.why is not None]
        # A link that was never tried has no complaint either: one of them must have worked.
        connected = (any(link.worked for link in links) and not whys) if self._outside.has_cloud else None
        return About(
            cloud=connected,
            why="; ".join(whys),
            waiting=self._outside.waiting(),
            sounder=None if self._sounder is None else self._sounder.why,
            clock=str(self._clock.state),
        )


async def _kept_up(sounder: Sounder) -> None:
    """The named boundary of the sounder's task."""
    while True:
        try:
            await sounder.run()
        except Exception:
            log.exception("duty page: the sounder's watch failed; it is begun anew")
        await asyncio.sleep(AGAIN)
