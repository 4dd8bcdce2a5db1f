"""The estate with its clock stopped, its lines open: everybody who asks is told the same."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, Self, TypeVar

from facility.clock import NS, ManualClock
from facility.resolve import read_site
from simulators.building import Building
from simulators.control import Control
from tests.simulators.conftest import ESTATE

T = TypeVar("T")
PATIENCE = 60.0


class Standing:
    """A building on a thread of its own; `with Standing() as building:`."""

    def __init__(self, site: Path = ESTATE) -> None:
        self.clock = ManualClock(time.time_ns() - 120 * NS)
        self.site = read_site(site)
        self.building = Building(self.site, self.clock)
        self.control = Control(self.building)
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._ready = threading.Event()
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="standing building")

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(PATIENCE), "the lines did not open"
        if self._failure is not None:
            raise self._failure
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive(), "the lines did not close"

    @property
    def connections(self) -> dict[str, dict[str, Any]]:
        """The `connections:` of a site.yaml that reaches it."""
        return self.building.wires.connections

    def port(self, line: str) -> int:
        """The TCP port of a line."""
        return int(self.connections[line]["port"])

    def values(self) -> dict[str, float | None]:
        """What the plant has."""
        return self.building.values()

    def move(self, seconds: float) -> None:
        """Let it run for so long, and stand again."""

        async def moved() -> None:
            self.clock.advance(seconds)
            self.building.plant.advance(self.clock.now())
            await self.building.wires.show()

        self.do(moved())

    def inject(self, target: str, fault: str, **arguments: str) -> None:
        """Break something."""
        self.do(self.building.inject(target, fault, arguments))

    def clear(self, target: str, fault: str | None = None) -> None:
        """Mend it."""
        self.do(self.building.clear(target, fault))

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine on the building's own loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE)

    def _run(self) -> None:
        try:
            with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
                runner.run(self._serve())
        except BaseException as error:  # noqa: BLE001 - shown by who waits
            self._failure = error
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        self.clock.advance(120)
        self.building.plant.advance(self.clock.now())
        async with self.building.wires, self.control:
            self._ready.set()
            await self._stop.wait()
