"""A real cloud with a small building in it and people's telephones: what the walks of the phone pages stand on."""

from __future__ import annotations

import time
from contextlib import ExitStack
from typing import Any, Final, Self

import httpx

from facility.clock import SystemClock, iso
from tests.cloud.building import GATEWAY, SITE, inventory
from tests.end_to_end.lone_cloud import LoneCloud

ROLES: Final = ("manager", "desk", "engineer", "contractor")


class PhoneHouse:
    """`with PhoneHouse() as house:` has equipment, codes, and somebody of each role logged in over the API."""

    def __init__(self) -> None:
        self.cloud = LoneCloud()
        self.codes: dict[str, str] = {}
        """Equipment or place → its code."""
        self._stack = ExitStack()
        self._clients: dict[str, httpx.Client] = {}

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            stack.enter_context(self.cloud)
            token = self.cloud.register(GATEWAY)
            answer = httpx.put(
                f"{self.url}/api/v1/gateways/{GATEWAY}/inventory",
                content=inventory().body.encode(),
                headers={"authorization": f"Bearer {token}"},
                timeout=60,
                trust_env=False,
            )
            assert answer.is_success, answer.text
            for role in ROLES:
                self._clients[role] = stack.enter_context(
                    httpx.Client(base_url=f"{self.url}/api/v1/", timeout=60, trust_env=False)
                )
                self._clients[role].headers["origin"] = self.url
                self.does(role, "session", self.cloud.person(role))
            made = self.does("manager", "qr-codes", {"site": SITE})["items"]
            self.codes = {each["ref"]: each["code"] for each in made}
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @property
    def url(self) -> str:
        """Where the pages are."""
        return self.cloud.url

    def does(self, role: str, path: str, body: dict[str, Any], status: int | None = None) -> Any:
        """What the API answers somebody."""
        answer = self._clients[role].post(path, json=body)
        assert answer.is_success if status is None else answer.status_code == status, answer.text
        return answer.json()

    def sees(self, role: str, path: str) -> Any:
        """What the API shows somebody."""
        answer = self._clients[role].get(path)
        assert answer.is_success, answer.text
        return answer.json()

    def order(self, text: str, to: str = "engineer", **told: Any) -> Any:
        """A repair taken by telephone, and dispatched."""
        body = {"site": SITE, "text": text, "class": "urgent", "trade": "plumbing", "equipment": "pump-1"} | told
        found = self.does("desk", "work-orders", body)
        return self.does("desk", f"work-orders/{found['id']}/dispatch", {"to": to})

    def round(self, name: str = "泵房巡检") -> Any:
        """An inspection round that is due now, dispatched."""
        now = iso(SystemClock().now())
        items = [
            {"id": "clean", "name": {"zh": "泵房清洁无积水", "en": "Plant room clean and dry"}},
            {"id": "p1", "name": {"zh": "1号泵出口压力", "en": "Discharge pressure of pump 1"}, "equipment": "pump-1",
             "unit": "MPa", "low": 0.2, "high": 0.6},
            {"id": "p2", "name": {"zh": "2号泵运行声音", "en": "Sound of pump 2"}, "equipment": "pump-2"},
        ]  # fmt: skip
        every = {"kind": "calendar", "start": now[:10], "at": "00:00", "days": 1, "ahead": 2}
        told = {"site": SITE, "place": "b1", "name": {"zh": name, "en": "Plant room round"}, "trade": "general"}
        self.does("manager", "plans", told | {"every": every, "checklist": items})
        order = self.until(lambda: next((o for o in self._open() if o["source"] == "plan"), None))
        return self.does("desk", f"work-orders/{order['id']}/dispatch", {"to": "engineer"})

    def _open(self) -> list[Any]:
        found: list[Any] = self.sees("desk", f"work-orders?site={SITE}&open=true")["items"]
        return found

    def until(self, found: Any, seconds: float = 60) -> Any:
        """The first true answer; AssertionError with the cloud's words after the time."""
        deadline = time.monotonic() + seconds
        while not (answer := found()):
            assert time.monotonic() < deadline, self.cloud.logs()
            time.sleep(0.05)
        return answer
