"""A Modbus device by libmodbus, the C library: compiled once a run, on TCP or at the end of a serial line."""

import functools
import socket
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from tests.services.server import MissingError, Server, demand

SOURCE = Path(__file__).with_name("libmodbus_server.c")


@functools.cache
def _folder() -> "tempfile.TemporaryDirectory[str]":
    return tempfile.TemporaryDirectory(prefix="gatehouse-compiled-")


@functools.cache
def compiled(source: Path = SOURCE) -> str:
    """The path of a program that is linked against libmodbus; MissingError where compiler or library are missing."""
    target = Path(_folder().name) / source.stem
    flags = subprocess.run(
        [demand("pkg-config", "pkg-config"), "--cflags", "--libs", "libmodbus"],
        capture_output=True,
        text=True,
        check=False,
    )
    if flags.returncode:
        raise MissingError("libmodbus is not installed (Debian: apt-get install libmodbus-dev)")
    command = [demand("gcc", "gcc"), "-O2", "-Wall", "-Werror", "-o", str(target), str(source), *flags.stdout.split()]
    subprocess.run(command, check=True)
    return str(target)


class Libmodbus(Server):
    """On TCP it answers every unit but a silent one. Each answer may wait a random time, up to `latest` ms."""

    program: ClassVar[str] = "libmodbus_server"
    package: ClassVar[str] = "libmodbus-dev"

    def __init__(self, *, silent: int = 0, latest: int = 0) -> None:
        super().__init__()
        self._silent = silent
        self._latest = latest

    def find(self) -> str:
        return compiled()

    def command(self) -> Sequence[str]:
        return self.executable, "tcp", str(self.port), str(self._silent), str(self._latest)

    def answers(self) -> bool:
        with socket.create_connection((self.host, self.port), 1):
            return True

    def prepare(self) -> None:
        """Nothing is to be written."""


class LibmodbusOnSerial(Libmodbus):
    """At the end of a serial line: it answers one unit alone."""

    def __init__(self, device: Path, *, unit: int = 1, latest: int = 0) -> None:
        super().__init__(latest=latest)
        self._device = device
        self._unit = unit
        self._starts = 0

    def command(self) -> Sequence[str]:
        self._starts += 1
        return self.executable, "rtu", str(self._device), str(self._unit), str(self._latest)

    def answers(self) -> bool:
        return self.log().count("ready") == self._starts

    def listening(self) -> Sequence[int]:
        return ()
