"""A real cloud in a process and a folder of its own, without building and edge."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import sqlite3
import tempfile
from pathlib import Path
from typing import Any, Self

import httpx

from simulators.demo.processes import Part
from tests.end_to_end.accounts import with_accounts
from tests.end_to_end.delivered import opened
from tests.end_to_end.estate import PATIENCE
from tests.end_to_end.waiting import until
from tests.services.ports import free_port

SITE = "riverside"


class LoneCloud:
    """`with LoneCloud() as cloud:` is an empty one that serves; to be killed and started again on its data and port."""

    def __init__(self) -> None:
        self.root = Path(tempfile.mkdtemp(prefix="gatehouse-cloud-"))
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        command = ["cloud", "--data", str(self.root / "cloud"), "serve", "--port", str(self.port)]
        self.cloud = Part("cloud", command, self.root / "logs")
        self._client = httpx.Client(timeout=60, trust_env=False)
        self._token = ""

    def __enter__(self) -> Self:
        try:
            self.begin()
        except BaseException as error:
            error.add_note(self.logs())
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.cloud.stop()
        self._client.close()
        shutil.rmtree(self.root, ignore_errors=True)

    def begin(self) -> None:
        """Give it its accounts and start it."""
        file = with_accounts(self.root)
        self._token = str(json.loads(file.read_text(encoding="utf-8"))["tokens"]["admin"])
        self.start_cloud()

    def start_cloud(self) -> None:
        """Start it and wait until it serves."""
        self.cloud.start()
        self.until_it_serves()

    def until_it_serves(self) -> None:
        """Wait until a started one answers. It ends with the thread that started it, so start it on the main one."""
        until(self._healthy, PATIENCE, self.logs)

    def _healthy(self) -> bool:
        self.cloud.check()
        try:
            return self._client.get(f"{self.url}/healthz").is_success
        except httpx.TransportError:
            return False

    @staticmethod
    def kill(part: Part) -> None:
        """Kill -9, and wait until it is gone."""
        os.kill(part.pid, signal.SIGKILL)
        part.stop()

    def register(self, gateway: str, *, renew: bool = False) -> str:
        """Make a gateway known, or give a known one a new token; its token."""
        body = {"site": SITE, "id": gateway, "renew": renew}
        return str(self._ask("POST", "/api/v1/gateways", json=body).json()["token"])

    def person(self, role: str) -> dict[str, str]:
        """Name and password of who has a role."""
        users = json.loads((self.root / "credentials.json").read_text(encoding="utf-8"))["users"]
        return next({key: user[key] for key in ("name", "password")} for user in users if user["role"] == role)

    def get(self, path: str, **query: Any) -> Any:
        """What the API answers an administrator; AssertionError with its words where it refuses."""
        return self._ask("GET", f"/api/v1/{path}", params=query).json()

    def requests(self) -> dict[str, int]:
        """Requests that it has answered since its start, by status."""
        found: dict[str, int] = {}
        text = self._ask("GET", "/metrics").text
        for status, n in re.findall(r'^gatehouse_http_requests_total\{.*status="(\d+)".*\} (\S+)$', text, re.MULTILINE):
            found[status] = found.get(status, 0) + int(float(n))
        return found

    def metric(self, name: str) -> float:
        """One of its measures without labels."""
        text = self._ask("GET", "/metrics").text
        found = re.search(rf"^{name} (\S+)$", text, re.MULTILINE)
        assert found, f"{name} is none of its measures"
        return float(found[1])

    def database(self) -> sqlite3.Connection:
        """Its store, to be read only."""
        return opened(self.root / "cloud" / "cloud.sqlite")

    def _ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {"authorization": f"Bearer {self._token}"}
        answer = self._client.request(method, self.url + path, headers=headers, **more)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer

    def logs(self) -> str:
        """The end of what it said."""
        return f"--- cloud\n{self.cloud.tail(40)}"
