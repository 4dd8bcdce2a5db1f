"""A second edge on the estate's building: another gateway with a site.yaml and a data folder of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, Self

from tests.end_to_end.edge_status import NotRunning, ask_status
from tests.end_to_end.estate import PATIENCE, written
from tests.end_to_end.gatehouse import ROOT
from tests.end_to_end.waiting import until


class LoneEdge:
    """`gatehouse edge run` over a changed site. `with LoneEdge(folder, site) as edge:`; killed at the end."""

    def __init__(self, folder: Path, site: dict[str, Any], **environ: str) -> None:
        self.file = written(folder, own(site))
        self.data = folder / "data"
        self._log = folder / "edge.log"
        self._environ = {**os.environ, **environ}
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.end(signal.SIGKILL)

    def start(self) -> None:
        """Start it (again) and wait until it answers."""
        command = [sys.executable, "-m", "gatehouse", "edge", "run", str(self.file), "--data", str(self.data)]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=self._environ
            )
        until(self.answers, PATIENCE, self.log)

    @property
    def process(self) -> subprocess.Popen[bytes]:
        """The child."""
        assert self._process is not None
        return self._process

    def end(self, how: signal.Signals) -> int:
        """Send a signal, wait; the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        return self.process.wait(PATIENCE)

    def answers(self) -> bool:
        """Whether the status door is open; AssertionError where it has ended."""
        assert self.process.poll() is None, self.log()
        try:
            return bool(self.status().pid == self.process.pid)
        except NotRunning:
            return False

    def status(self) -> Any:
        """What it says of itself."""
        return ask_status(self.data)

    def log(self) -> str:
        """All that it said."""
        return self._log.read_text(encoding="utf-8", errors="replace")


def own(site: dict[str, Any]) -> dict[str, Any]:
    """A gateway id and MQTT client ids of its own: two clients of one id throw each other out."""
    changed = {**site, "gateway": "second-1", "connections": {k: dict(v) for k, v in site["connections"].items()}}
    for name, connection in changed["connections"].items():
        if connection["protocol"] == "mqtt":
            connection.setdefault("client_id", f"second-{name}")
    return changed
