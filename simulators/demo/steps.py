"""The steps of a demo's start: cloud, accounts, building, registration, history, edge, live."""

from __future__ import annotations

import json
import signal
import socket
import time
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from rich.console import Console

from facility.errors import ConfigError, GatehouseError
from facility.inventory import Inventory
from facility.resolve import read_site
from simulators.cli import ESTATE
from simulators.demo.folder import Folder, write_private, write_site
from simulators.demo.processes import Part, run, wait_for
from simulators.demo.staff import staff
from simulators.run import COUNTERS

_CLOUD_WITHIN = 90.0
_LIVE_WITHIN = 90.0
_TOO_OFTEN = 60.0
"""Seconds in which a part may fail _TRIES times."""
_TRIES = 3


class Demo:
    """Three parts, started in the order in which they need each other."""

    def __init__(self, folder: Folder, *, port: int, days: float, seed: int, console: Console) -> None:
        self._folder = folder
        self._port = port
        self._days = days
        self._seed = seed
        self._console = console
        self.parts: list[Part] = []
        self._client = httpx.Client(limits=httpx.Limits(max_keepalive_connections=0), trust_env=False)

    @property
    def url(self) -> str:
        """Where the pages are."""
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """All steps; ConfigError where the port is taken, GatehouseError where a part fails."""
        self._port = _usable(self._port)
        site = read_site(ESTATE)
        self._make_credentials(site.inventory)
        self._say("cloud …")
        self._add("cloud", *self._cloud("serve"), "--port", str(self._port), "--allow-target", "127.0.0.1")
        if self._folder.history_done.exists() or self._days <= 0:
            self._open_building()
        self._wait_cloud()
        if len(self.parts) == 1:
            self._say(f"{self._days:g} days of history …")
            self._write_history(site.inventory)
            self._open_building()
        self._say("building, edge …")
        self._start_edge()
        self._wait_live(len(site.inventory.equipment))

    def staff(self) -> None:
        """The estate's people: who can and may do what, and who is on duty; so that its desk can send somebody."""
        site = read_site(ESTATE)
        lifts = [each.id for each in site.inventory.equipment if each.type == "elevator"]
        today = datetime.now(ZoneInfo(site.inventory.timezone)).date()
        made = staff(self._ask, site.inventory.site, lifts, today)
        if made:
            known = self._folder.read(self._folder.credentials)
            write_private(self._folder.credentials, json.dumps({**known, "staff": made}, indent=2))

    def _say(self, text: str) -> None:
        self._console.print(text, highlight=False, soft_wrap=True)

    def check(self) -> None:
        """GatehouseError if a part has ended while all are being started."""
        for part in self.parts:
            part.check()

    def mend(self) -> bool:
        """A part that was ended in order stays away, as at a real site; one that failed is started again.

        True where a process changed. GatehouseError where one part fails again and again.
        """
        changed = False
        for part in self.parts:
            code = part.ended
            if code is None or part.stopped:
                continue
            changed = True
            if code in (0, -signal.SIGTERM, -signal.SIGINT):
                part.stopped = True
                self._say(f"{part.name} was stopped; the others go on. Start it again with: {' '.join(part.command)}")
                continue
            self._again(part, code)
        return changed

    def _again(self, part: Part, code: int) -> None:
        now = time.monotonic()
        part.ends = [t for t in part.ends if now - t < _TOO_OFTEN] + [now]
        if len(part.ends) > _TRIES:
            part.check()
        self._say(f"{part.name} ended with {code}; it is started again")
        if part.name == "sim":
            # On the ports that the edge knows by now.
            part.arguments = ["sim", "run", str(self._folder.site), "--fixed-ports", "--data", str(self._folder.sim)]
        part.start()

    def stop(self) -> None:
        """End the parts, the last one first, so that the edge delivers what it has."""
        for part in reversed(self.parts):
            part.stop()
        self._client.close()

    def _add(self, name: str, *arguments: str) -> Part:
        part = Part(name, arguments, self._folder.logs)
        self.parts.append(part)
        part.start()
        return part

    def _cloud(self, *arguments: str) -> list[str]:
        return ["cloud", "--data", str(self._folder.cloud), *arguments]

    def _make_credentials(self, inventory: Inventory) -> None:
        folder = self._folder
        if not folder.credentials.exists():
            run(self._cloud("credentials", str(folder.credentials), "--url", self.url))
        known = folder.read(folder.credentials)
        if known["url"] != self.url:
            write_private(folder.credentials, json.dumps({**known, "url": self.url}, indent=2))
        token, key = folder.edge / "cloud.token", folder.edge / "card.key"
        if not token.exists():
            folder.edge.mkdir(parents=True, exist_ok=True)
            files = ["--token-file", str(token), "--card-key-file", str(key)]
            run(self._cloud("gateway", "add", inventory.site, inventory.gateway, "--renew", *files))

    def _wait_cloud(self) -> None:
        part = self.parts[0]
        deadline = time.monotonic() + _CLOUD_WITHIN
        while not self._healthy():
            part.check()
            if time.monotonic() > deadline:
                raise GatehouseError(f"the cloud did not answer within {_CLOUD_WITHIN:.0f} s; see {part.log}")
            time.sleep(0.1)

    def _healthy(self) -> bool:
        try:
            return self._client.get(f"{self.url}/healthz", timeout=2).is_success
        except httpx.TransportError:
            return False

    def _open_building(self) -> None:
        (self._folder.sim / "sim.json").unlink(missing_ok=True)
        self._add("sim", "sim", "run", "--data", str(self._folder.sim), "--seed", str(self._seed))

    def _write_history(self, inventory: Inventory) -> None:
        from simulators.demo.history import write_history

        token = (self._folder.edge / "cloud.token").read_text(encoding="utf-8").strip()
        lines = write_history(
            inventory,
            self.url,
            token,
            days=self._days,
            seed=self._seed,
            counters=self._folder.sim / COUNTERS,
            console=self._console,
        )
        self._folder.history_done.write_text(json.dumps({"days": self._days, "lines": lines}), encoding="utf-8")

    def _start_edge(self) -> None:
        word = self._folder.sim / "sim.json"
        wait_for(word, self.parts[::-1], 30)
        write_site(self._folder, ESTATE, self._folder.read(word)["connections"], self.url)
        self._add("edge", "edge", "run", str(self._folder.site), "--data", str(self._folder.edge / "data"))

    def _wait_live(self, equipment: int) -> None:
        """Wait until the gateway is on line and the cloud knows its equipment."""
        deadline = time.monotonic() + _LIVE_WITHIN
        while time.monotonic() < deadline:
            self.check()
            on_line = any(g["online"] for g in self._ask("GET", "/api/v1/gateways")["items"])
            if on_line and len(self._ask("GET", "/api/v1/equipment?limit=500")["items"]) >= equipment:
                return
            time.sleep(0.2)
        raise GatehouseError(f"the edge did not come on line within {_LIVE_WITHIN:.0f} s; see {self.parts[-1].log}")

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        token = self._folder.read(self._folder.credentials)["tokens"]["admin"]
        headers = {"authorization": f"Bearer {token}"}
        answer = self._client.request(method, self.url + path, json=body, headers=headers, timeout=30)
        if answer.is_error:
            raise GatehouseError(f"{method} {path} answered {answer.status_code}: {answer.text}")
        return dict(answer.json()) if answer.content else {}


def _usable(port: int) -> int:
    """The port, or a free one for 0; ConfigError where somebody else has it."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise ConfigError(f"port {port} is in use; give another one with --port, or --port 0") from error
        return int(probe.getsockname()[1])
