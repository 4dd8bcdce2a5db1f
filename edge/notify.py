"""Tells systemd that the agent is ready and alive (sd_notify), where it was started by it."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable, Mapping


class Notifier:
    """Silent where NOTIFY_SOCKET is not set."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        address = environ.get("NOTIFY_SOCKET", "")
        self._address = "\0" + address[1:] if address.startswith("@") else address
        allowed = environ.get("WATCHDOG_USEC", "")
        self._every = int(allowed) / 2e6 if allowed.isdigit() and self._address else None

    def say(self, state: str) -> None:
        """`READY=1`, `STOPPING=1`, `WATCHDOG=1`."""
        if not self._address:
            return
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as out:
            out.settimeout(0)
            out.sendto(state.encode(), self._address)

    async def watch(self, alive: Callable[[], bool]) -> None:
        """Until cancelled: twice in the time that systemd allows, while `alive` says so."""
        while self._every is not None:
            if alive():
                self.say("WATCHDOG=1")
            await asyncio.sleep(self._every)
