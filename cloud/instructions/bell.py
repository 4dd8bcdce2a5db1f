"""Wakes the live link of a gateway when there is an instruction for it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class Bell:
    """One asyncio.Event a link that waits."""

    def __init__(self) -> None:
        self._waiting: dict[tuple[str, str], set[asyncio.Event]] = {}

    def ring(self, site: str, gateway: str) -> None:
        """There is something for this gateway."""
        for event in self._waiting.get((site, gateway), ()):
            event.set()

    @contextmanager
    def listen(self, site: str, gateway: str) -> Iterator[asyncio.Event]:
        """An event that `ring` sets."""
        event = asyncio.Event()
        waiting = self._waiting.setdefault((site, gateway), set())
        waiting.add(event)
        try:
            yield event
        finally:
            waiting.discard(event)
