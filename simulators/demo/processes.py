"""The demo's child processes: started, watched, ended in order."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from facility.errors import GatehouseError
from simulators.kinship import bound

_GRACE = 8.0
"""Seconds that a part has to end by itself."""


class Part:
    """One `gatehouse …` command in a process of its own, its output in a log file."""

    def __init__(self, name: str, arguments: Sequence[str], logs: Path) -> None:
        self.name = name
        self.log = logs / f"{name}.log"
        self.arguments = list(arguments)
        self.stopped = False
        """Somebody ended it in order; it is not started again by itself."""
        self.ends: list[float] = []
        """Monotonic seconds of its last unwanted ends."""
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def command(self) -> list[str]:
        """What starts it, also by hand."""
        return [sys.executable, "-m", "gatehouse", *self.arguments]

    def start(self) -> None:
        """Start it in a session of its own: Ctrl-C reaches only the demo, which ends its parts in order."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as out:
            self._process = subprocess.Popen(  # noqa: S603 - our own command
                bound(self.command),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.stopped = False

    @property
    def pid(self) -> int:
        """Its process id; 0 before it was started."""
        return self._process.pid if self._process else 0

    @property
    def ended(self) -> int | None:
        """Its exit code, negative for a signal; None while it runs or was not started."""
        return None if self._process is None else self._process.poll()

    def check(self) -> None:
        """GatehouseError with the end of its log, if it has ended."""
        if self.ended is not None:
            raise GatehouseError(f"{self.name} ended with {self.ended}; the end of {self.log}:\n{self.tail()}")

    def tail(self, lines: int = 15) -> str:
        """The last lines of its log."""
        text = self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""
        return "\n".join(text.splitlines()[-lines:])

    def stop(self) -> None:
        """SIGTERM, and SIGKILL where that is not heard in time."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def run(arguments: Sequence[str], environ: Mapping[str, str] | None = None) -> str:
    """Run one `gatehouse …` command to its end; its standard output, or GatehouseError with what it said."""
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "gatehouse", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **(environ or {})},
        timeout=300,
    )
    if done.returncode:
        raise GatehouseError(f"`gatehouse {' '.join(arguments)}` ended with {done.returncode}:\n{done.stderr.strip()}")
    return done.stdout


def wait_for(path: Path, parts: Sequence[Part], within: float) -> None:
    """Wait until a file is there; a part that ends, or the deadline, is an error."""
    deadline = time.monotonic() + within
    while not path.exists():
        for part in parts:
            part.check()
        if time.monotonic() > deadline:
            raise GatehouseError(f"{path} did not appear within {within:.0f} s; see {parts[0].log}")
        time.sleep(0.05)
