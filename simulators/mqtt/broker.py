"""A broker for the simulated building: the machine's mosquitto if there is one, else one in this process."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import shutil
import socket
import tempfile
import time
from pathlib import Path
from typing import Any, Self

from facility.errors import ConfigError, GatehouseError
from simulators.kinship import bound

_READY_WITHIN = 10.0


class Broker:
    """Listens on 127.0.0.1 only; port 0 takes a free one."""

    def __init__(self, port: int = 0) -> None:
        self.port = port
        self._process: asyncio.subprocess.Process | None = None
        self._embedded: Any = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    async def __aenter__(self) -> Self:
        self.port = self.port or _free_port()
        if _open(self.port):
            raise ConfigError(f"port {self.port} is in use; give the security line another one, or 0")
        mosquitto = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")
        if mosquitto:
            await self._start_mosquitto(mosquitto)
        else:
            await self._start_embedded()
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._process.wait(), 3)
            if self._process.returncode is None:
                self._process.kill()
                await self._process.wait()
        if self._embedded is not None:
            await self._embedded.shutdown()
        if self._folder is not None:
            self._folder.cleanup()
        self._process = self._embedded = self._folder = None

    async def _start_mosquitto(self, program: str) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="gatehouse-broker-")
        config = Path(self._folder.name) / "mosquitto.conf"
        lines = [f"listener {self.port} 127.0.0.1", "allow_anonymous true", "persistence false", "log_type error"]
        if os.geteuid() == 0:
            lines.append("user root")
        config.write_text("\n".join(lines) + "\n", encoding="utf-8")
        self._process = await asyncio.create_subprocess_exec(*bound([program, "-c", str(config)]))
        deadline = time.monotonic() + _READY_WITHIN
        while not _open(self.port):
            if self._process.returncode is not None or time.monotonic() > deadline:
                raise GatehouseError(f"mosquitto did not start on port {self.port}; is its installation whole?")
            await asyncio.sleep(0.02)

    async def _start_embedded(self) -> None:
        from amqtt.broker import Broker as Embedded

        logging.getLogger("amqtt").setLevel(logging.ERROR)
        logging.getLogger("transitions").setLevel(logging.ERROR)
        self._embedded = Embedded(
            {
                "listeners": {"default": {"type": "tcp", "bind": f"127.0.0.1:{self.port}"}},
                "plugins": {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}},
            }
        )
        await self._embedded.start()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _open(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0
