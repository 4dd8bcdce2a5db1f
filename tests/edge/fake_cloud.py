"""A small cloud for tests: takes inventories and events with the keys that the contract names, once each."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable

from facility.event import Event, EventBatch
from facility.inventory import Inventory
from tests.edge.fake_end import FakeEnd, Reply, Request


class FakeCloud(FakeEnd):
    """`before(request)` may answer instead; `after(request)` may spoil the answer after the effect."""

    def __init__(self) -> None:
        super().__init__(self._answer)
        self.inventories: list[str] = []
        self.events: dict[tuple[str, str, str, int], Event] = {}
        self.arrived: list[Event] = []
        self.rejects: Callable[[Event], str | None] = lambda _event: None
        self.before: Callable[[Request], Reply | None] = lambda _request: None
        self.after: Callable[[Request], Reply | None] = lambda _request: None
        self.instructions: list[str] = []
        self._lock = threading.Lock()

    def _answer(self, request: Request) -> Reply:
        early = self.before(request)
        if early is not None:
            return early
        with self._lock:
            reply = self._done(request)
        return self.after(request) or reply

    def _done(self, request: Request) -> Reply:
        if request.headers.get("Authorization") != "Bearer secret":
            return Reply(401, "who are you?")
        if request.method == "PUT" and request.path.endswith("/riverside-1/inventory"):
            self.inventories.append(Inventory.model_validate_json(request.body).revision)
            return Reply(204)
        if request.method == "PUT":
            return Reply(404, "an older cloud")
        if request.method == "GET":
            after = int(request.path.partition("after=")[2])
            items = [json.loads(i) for i in self.instructions if json.loads(i)["seq"] > after]
            return Reply(200, json.dumps({"items": items, "next": None}))
        return self._events(EventBatch.model_validate_json(request.body).events)

    def _events(self, events: tuple[Event, ...]) -> Reply:
        if any(e.inventory not in self.inventories for e in events):
            return Reply(409, "unknown inventory")
        results = []
        for event in events:
            key = (event.gateway, str(event.spool), event.lane, event.seq)
            reason = self.rejects(event)
            if reason is not None:
                verdict = "rejected"
            elif key not in self.events:
                verdict = "accepted"
                self.events[key] = event
                self.arrived.append(event)
            else:
                verdict = "duplicate" if self.events[key].id == event.id else "conflict"
            results.append({"seq": event.seq, "verdict": verdict, "reason": reason or ""})
        return Reply(200, json.dumps({"results": results}))
