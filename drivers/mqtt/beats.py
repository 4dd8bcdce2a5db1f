"""What is done for Sparkplug from time to time while a session lasts: ask for births, confirm what holds."""

from __future__ import annotations

import asyncio
from typing import Final

from drivers.base import Deliver
from drivers.mqtt.client import Client
from drivers.mqtt.connection import Connection
from drivers.mqtt.sparkplug import Sparkplug
from drivers.mqtt.sparkplug.payload import rebirth
from facility.clock import Clock

BEAT: Final = 0.5
"""Seconds between two looks at who must be asked for a birth."""


class Beats:
    """Of one session. A node that lives and is silent holds what it said: that is told before it goes stale."""

    def __init__(self, sparkplug: Sparkplug, client: Client, connection: Connection, clock: Clock) -> None:
        self._sparkplug = sparkplug
        self._client = client
        self._asks = connection.rebirth
        self._clock = clock
        self._loop = asyncio.get_running_loop()
        self._next = 0.0
        self._confirm = self._loop.time() + sparkplug.confirm_within

    @property
    def pause(self) -> float:
        """Seconds until the next beat is due."""
        return max(0.0, min(self._next, self._confirm) - self._loop.time())

    async def beat(self, deliver: Deliver) -> None:
        """Do what is due."""
        now = self._loop.time()
        if now >= self._next:
            self._next = now + BEAT
            if self._asks:
                for topic in self._sparkplug.to_ask(now):
                    self._client.ask_for_birth(topic, rebirth(self._clock.now()))
        if now >= self._confirm:
            self._confirm = now + self._sparkplug.confirm_within
            batch = self._sparkplug.held(self._clock.now())
            if len(batch):
                await deliver(batch)
