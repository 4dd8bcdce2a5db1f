"""The demo's building, gateway and cloud as children of a test, each to be stopped, killed and started again."""

from __future__ import annotations

import json
import os
import shutil
import signal
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Self

import httpx
import yaml
from rich.console import Console

from simulators.demo.folder import Folder
from simulators.demo.processes import Part
from simulators.demo.steps import Demo
from tests.end_to_end.accounts import with_gateway

PATIENCE = 60.0
"""Seconds for anything that the estate is waited for; only a broken one takes so long."""


class Estate:
    """What `gatehouse demo` starts, in a folder of its own on free ports. `with Estate() as estate:`"""

    def __init__(self) -> None:
        self.folder = Folder(Path(tempfile.mkdtemp(prefix="gatehouse-estate-")))
        self._demo = Demo(self.folder, port=0, days=0, seed=1, console=Console(quiet=True))
        self._client = httpx.Client(timeout=60, trust_env=False)

    def __enter__(self) -> Self:
        try:
            with_gateway(self.folder.root)
            self._demo.start()
        except BaseException as error:
            error.add_note(self.logs())
            self.__exit__()
            raise
        return self

    def stop(self) -> None:
        """End every part."""
        self._demo.stop()

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._client.close()
        shutil.rmtree(self.folder.root, ignore_errors=True)

    @property
    def url(self) -> str:
        """Where the API is."""
        return self._demo.url

    def part(self, name: str) -> Part:
        """`cloud`, `sim` or `edge`."""
        return next(part for part in self._demo.parts if part.name == name)

    def kill(self, name: str, how: signal.Signals = signal.SIGKILL) -> None:
        """End a part by a signal, and wait until it is gone."""
        part = self.part(name)
        os.kill(part.pid, how)
        part.stop()

    def end_edge(self, how: signal.Signals) -> int:
        """End the edge by a signal, however long it takes; its exit code."""
        part = self.part("edge")
        os.kill(part.pid, how)
        process = part._process
        assert process is not None
        return process.wait(PATIENCE)

    def start(self, name: str) -> None:
        """Start a part again, on the same data and port."""
        self.part(name).start()

    def token(self, role: str = "admin") -> str:
        """The bearer token of a role."""
        return str(self.folder.read(self.folder.credentials)["tokens"][role])

    def user(self, role: str) -> dict[str, str]:
        """Name and password of the person who has a role."""
        users: list[dict[str, str]] = self.folder.read(self.folder.credentials)["users"]
        return next(user for user in users if user["role"] == role)

    def acknowledge_all(self) -> None:
        """What is raised from now on is a new alarm: one that returned unseen would be taken up again."""
        waiting = [a for a in self.items("alarms", open="true", limit=500) if a["response"]["acknowledged_at"] is None]
        for alarm in waiting:
            self.post(f"alarms/{alarm['id']}/acknowledge", {})

    def get(self, path: str, **query: Any) -> Any:
        """What the API answers; AssertionError with its words where it refuses."""
        answer = self._client.get(
            f"{self.url}/api/v1/{path}", params=query, headers={"authorization": f"Bearer {self.token()}"}
        )
        assert answer.is_success, f"GET {path}: {answer.status_code} {answer.text}"
        return answer.json()

    def post(self, path: str, body: dict[str, Any]) -> Any:
        """What the API answers to a POST."""
        headers = {"authorization": f"Bearer {self.token()}"}
        answer = self._client.post(f"{self.url}/api/v1/{path}", json=body, headers=headers)
        assert answer.is_success, f"POST {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def items(self, path: str, **query: Any) -> list[dict[str, Any]]:
        """All items of a list, page by page."""
        found: list[dict[str, Any]] = []
        page = self.get(path, **query)
        found += page["items"]
        while page.get("next"):
            following = "after" if path == "history" else "cursor"
            page = self.get(path, **{**query, following: page["next"]})
            found += page["items"]
        return found

    def points(self) -> dict[str, dict[str, Any]]:
        """Every point with its newest value, by id."""
        return {item["id"]: item for item in self.items("points", key=False)}

    def alarms(self, equipment: str, rule: str, **query: Any) -> list[dict[str, Any]]:
        """The alarms of one rule, active or not."""
        return self.items("alarms", equipment=equipment, rule=rule, limit=500, **query)

    def active(self, equipment: str, rule: str) -> list[dict[str, Any]]:
        """The active alarms of one rule."""
        return self.alarms(equipment, rule, state="active")

    def orders(self, equipment: str, fault: str) -> list[dict[str, Any]]:
        """The work orders of one fault of one equipment."""
        return [o for o in self.items("work-orders") if (o["equipment"], o["fault"]) == (equipment, fault)]

    def control(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """Ask the simulator's control."""
        word = self.folder.read(self.folder.sim / "sim.json")
        headers = {"authorization": f"Bearer {word['token']}"}
        answer = self._client.request(method, word["url"] + path, json=body, headers=headers)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json()

    def inject(self, target: str, fault: str, **arguments: str) -> None:
        """Break something in the building."""
        self.control("POST", "/inject", {"target": target, "fault": fault, "arguments": arguments})

    def clear(self, target: str, fault: str | None = None) -> None:
        """Mend it."""
        self.control("POST", "/clear", {"target": target, "fault": fault})

    def values(self) -> dict[str, float | None]:
        """What the plant has now, by point."""
        return dict(self.control("GET", "/values")["values"])

    @property
    def edge_data(self) -> Path:
        """The data folder of the gateway."""
        return self.folder.edge / "data"

    def site(self) -> dict[str, Any]:
        """The gateway's site.yaml, read anew: change it and write it elsewhere."""
        return dict(yaml.safe_load(self.folder.site.read_text(encoding="utf-8")))

    def logs(self, names: Iterable[str] = ("cloud", "sim", "edge")) -> str:
        """The end of every part's log."""
        found = [(p.name, p.tail(40)) for p in self._demo.parts if p.name in names]
        return "\n".join(f"--- {name}\n{tail}" for name, tail in found)


def written(folder: Path, site: dict[str, Any]) -> Path:
    """A changed site.yaml in a folder of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "site.yaml"
    # JSON is YAML, and knows neither anchors nor words that turn into booleans.
    path.write_text(json.dumps(site, ensure_ascii=False, indent=1), encoding="utf-8")
    return path
