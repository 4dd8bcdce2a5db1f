"""Cloud, edge, broker and devices that count, as children of a test: what the oracle judges."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from simulators.demo.processes import Part
from simulators.kinship import bound
from tests.end_to_end.counted_site import GATEWAY, write_counted
from tests.end_to_end.edge_status import NotRunning, ask_status, ends
from tests.end_to_end.estate import PATIENCE
from tests.end_to_end.gatehouse import ROOT
from tests.end_to_end.lone_cloud import LoneCloud
from tests.end_to_end.waiting import until
from tests.services.mosquitto import Mosquitto


class PartWith(Part):
    """A part that is started with variables of its own, or by another command (`prlimit …`)."""

    environ: Mapping[str, str] = MappingProxyType({})
    around: Sequence[str] = ()

    @property
    def command(self) -> list[str]:
        """What starts it."""
        return [*self.around, "env", *(f"{name}={value}" for name, value in self.environ.items()), *super().command]


class Counted(LoneCloud):
    """`with Counted(units=40) as road:`; 50 points a unit and second, `rate` messages a second."""

    def __init__(self, units: int, rate: float = 3.0, period: str = "1s") -> None:
        super().__init__()
        self.units = units
        self._rate = rate
        self._period = period
        self._broker = Mosquitto(keeps_all=True)
        self._devices: subprocess.Popen[str] | None = None
        edge = ["edge", "run", str(self.root / "edge" / "site.yaml"), "--data", str(self.data)]
        self.edge = PartWith("edge", edge, self.root / "logs")

    def __exit__(self, *_: object) -> None:
        self.edge.stop()
        if self._devices is not None:
            self._devices.kill()
            self._devices.communicate()
        self._broker.remove()
        super().__exit__()

    @property
    def data(self) -> Path:
        """The edge's data folder."""
        return self.root / "edge" / "data"

    @property
    def spool(self) -> Path:
        """Its spool file."""
        return self.data / "spool.sqlite3"

    def begin(self) -> None:
        """Cloud, devices, edge; the messages begin when all are on line."""
        super().begin()
        edge = self.root / "edge"
        edge.mkdir()
        (edge / "cloud.token").write_text(self.register(GATEWAY), encoding="utf-8")
        self._broker.start()
        devices = self._devices = self._started()
        assert devices.stdout is not None
        assert devices.stdin is not None
        modbus = int(devices.stdout.readline())
        write_counted(edge, (modbus, self._broker.port), self.url, self.units, self._period)
        self.start_edge()
        until(lambda: any(g["online"] for g in self.get("gateways")["items"]), PATIENCE, self.logs)
        until(lambda: all(line.state == "up" for line in ask_status(self.data).lines), PATIENCE, self.logs)
        devices.stdin.write("begin\n")
        devices.stdin.flush()

    def _started(self) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "tests.end_to_end.counting", self.root, self._broker.port, self._rate]
        pipe = subprocess.PIPE
        return subprocess.Popen(bound([str(word) for word in command]), cwd=ROOT, stdin=pipe, stdout=pipe, text=True)

    def start_edge(self) -> float:
        """Start it; seconds until it answers, its spool open and its lines running."""
        began = time.monotonic()
        self.edge.start()
        until(self._runs, PATIENCE, self.logs, every=0.01)
        return time.monotonic() - began

    def _runs(self) -> bool:
        self.edge.check()
        try:
            return bool(ask_status(self.data).pid == self.edge.pid)
        except NotRunning:
            return False

    def backlog(self) -> dict[str, int]:
        """Records that wait, by lane."""
        return {lane.lane: lane.records for lane in ask_status(self.data).lanes}

    def caught_up(self, seconds: float = 300.0) -> None:
        """Wait until all that was on disk when this was called is delivered."""
        asked = ask_status(self.data).now

        def done() -> bool:
            status = ask_status(self.data)
            waits = [lane for lane in status.lanes if lane.lane != "dead" and lane.records]
            return not any(ends(status).values()) and all(asked < lane.oldest <= status.now for lane in waits)

        until(done, seconds, lambda: f"{ask_status(self.data).ends} {ask_status(self.data).lanes}\n{self.logs()}")

    def logs(self) -> str:
        """The end of what cloud and edge said."""
        return "\n".join(f"--- {part.name}\n{part.tail(40)}" for part in (self.cloud, self.edge))
