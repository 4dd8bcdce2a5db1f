"""Cloud, edge, broker and devices that count, as children of a test: what the oracle judges."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Self

import httpx

from simulators.demo.processes import Part, run
from simulators.kinship import bound
from tests.end_to_end.counted_site import GATEWAY, SITE, write_counted
from tests.end_to_end.edge_status import NotRunning, ask_status, ends
from tests.end_to_end.estate import PATIENCE
from tests.end_to_end.gatehouse import ROOT
from tests.end_to_end.waiting import until
from tests.services.mosquitto import Mosquitto
from tests.services.ports import free_port


class Counted:
    """`with Counted(units=40) as road:`; 50 points a unit and second, `rate` messages a second."""

    def __init__(self, units: int, rate: float = 3.0, period: str = "1s") -> None:
        self.root = Path(tempfile.mkdtemp(prefix="gatehouse-counted-"))
        self.units = units
        self._rate = rate
        self._period = period
        self._broker = Mosquitto()
        self._devices: subprocess.Popen[str] | None = None
        self._client = httpx.Client(timeout=60, trust_env=False)
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self._cloud = ["cloud", "--data", str(self.root / "cloud")]
        self.cloud = Part("cloud", [*self._cloud, "serve", "--port", str(port)], self.root / "logs")
        edge = ["edge", "run", str(self.root / "edge" / "site.yaml"), "--data", str(self.data)]
        self.edge = Part("edge", edge, self.root / "logs")
        self._token = ""

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException as error:
            error.add_note(self.logs())
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.edge.stop()
        self.cloud.stop()
        if self._devices is not None:
            self._devices.kill()
            self._devices.communicate()
        self._broker.remove()
        self._client.close()
        shutil.rmtree(self.root, ignore_errors=True)

    @property
    def data(self) -> Path:
        """The edge's data folder."""
        return self.root / "edge" / "data"

    @property
    def spool(self) -> Path:
        """Its spool file."""
        return self.data / "spool.sqlite3"

    def _start(self) -> None:
        edge = self.root / "edge"
        edge.mkdir()
        run([*self._cloud, "credentials", str(self.root / "credentials.json"), "--url", self.url])
        self.register(GATEWAY, edge)
        self._broker.start()
        command = [sys.executable, "-m", "tests.end_to_end.counting", self.root, self._broker.port, self._rate]
        self._devices = subprocess.Popen(
            bound([str(word) for word in command]),
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self._devices.stdout is not None
        assert self._devices.stdin is not None
        modbus = int(self._devices.stdout.readline())
        write_counted(edge, (modbus, self._broker.port), self.url, self.units, self._period)
        self.start_cloud()
        self.start_edge()
        until(lambda: any(g["online"] for g in self.get("gateways")["items"]), PATIENCE, self.logs)
        until(lambda: all(line.state == "up" for line in ask_status(self.data).lines), PATIENCE, self.logs)
        self._devices.stdin.write("begin\n")
        self._devices.stdin.flush()

    def register(self, gateway: str, folder: Path) -> str:
        """Make a gateway known; its token, also in a file of the folder."""
        files = ["--token-file", str(folder / "cloud.token"), "--card-key-file", str(folder / "card.key")]
        run([*self._cloud, "gateway", "add", SITE, gateway, "--renew", *files])
        return (folder / "cloud.token").read_text(encoding="utf-8").strip()

    def start_cloud(self) -> None:
        """Start it and wait until it serves."""
        self.cloud.start()
        until(self._healthy, PATIENCE, self.logs)

    def start_edge(self) -> float:
        """Start it; seconds until it answers, its spool open and its lines running."""
        began = time.monotonic()
        self.edge.start()
        until(self._runs, PATIENCE, self.logs, every=0.01)
        return time.monotonic() - began

    def _healthy(self) -> bool:
        self.cloud.check()
        try:
            return self._client.get(f"{self.url}/healthz").is_success
        except httpx.TransportError:
            return False

    def _runs(self) -> bool:
        self.edge.check()
        try:
            return bool(ask_status(self.data).pid == self.edge.pid)
        except NotRunning:
            return False

    @staticmethod
    def kill(part: Part) -> None:
        """Kill -9, and wait until it is gone."""
        os.kill(part.pid, signal.SIGKILL)
        part.stop()

    def get(self, path: str, **query: Any) -> Any:
        """What the API answers an administrator."""
        if not self._token:
            from simulators.demo.folder import Folder

            self._token = str(Folder(self.root).read(self.root / "credentials.json")["tokens"]["admin"])
        headers = {"authorization": f"Bearer {self._token}"}
        answer = self._client.get(f"{self.url}/api/v1/{path}", params=query, headers=headers)
        assert answer.is_success, f"GET {path}: {answer.status_code} {answer.text}"
        return answer.json()

    def backlog(self) -> dict[str, int]:
        """Records that wait, by lane; AssertionError where an end takes nothing."""
        return {lane.lane: lane.records for lane in ask_status(self.data).lanes}

    def caught_up(self, seconds: float = 300.0) -> None:
        """Wait until all that was on disk when this was called is delivered."""
        asked = ask_status(self.data).now

        def done() -> bool:
            status = ask_status(self.data)
            waits = [lane for lane in status.lanes if lane.lane != "dead" and lane.records]
            return not any(ends(status).values()) and all(lane.oldest > asked for lane in waits)

        until(done, seconds, lambda: f"{ask_status(self.data).ends} {ask_status(self.data).lanes}\n{self.logs()}")

    def logs(self) -> str:
        """The end of what cloud and edge said."""
        return "\n".join(f"--- {part.name}\n{part.tail(40)}" for part in (self.cloud, self.edge))
