"""An SSE client on a thread: every frame with the moment of its arrival."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Self

import httpx

from tests.end_to_end.waiting import until


@dataclass(frozen=True, slots=True)
class Frame:
    """One SSE event; `at` on time.perf_counter's clock."""

    name: str
    data: dict[str, Any]
    id: str
    at: float


class Listening:
    """GET /api/v1/stream until closed. The heartbeat has come when the `with` block begins."""

    def __init__(self, url: str, token: str) -> None:
        self._url = f"{url}/api/v1/stream"
        self._headers = {"authorization": f"Bearer {token}", "accept": "text/event-stream"}
        self._client = httpx.Client(timeout=httpx.Timeout(10, read=30), trust_env=False)
        self._thread = threading.Thread(target=self._run, name="stream", daemon=True)
        self._frames: list[Frame] = []
        self._failure: Exception | None = None
        self._response: httpx.Response | None = None
        self._closed = False

    def __enter__(self) -> Self:
        self._thread.start()
        until(lambda: self.frames("heartbeat"), 30, lambda: f"no heartbeat: {self._failure}")
        return self

    def __exit__(self, *_: object) -> None:
        self._closed = True
        self._thread.join(10)
        self._client.close()

    def frames(self, name: str) -> list[Frame]:
        """All of one name so far."""
        return [frame for frame in list(self._frames) if frame.name == name]

    def wait(self, name: str, fits: Callable[[dict[str, Any]], bool], seconds: float = 60.0) -> Frame:
        """The first that fits."""
        found = until(
            lambda: next((f for f in self.frames(name) if fits(f.data)), None),
            seconds,
            lambda: f"no {name} on the stream ({self._failure})",
        )
        assert found is not None
        return found

    def _run(self) -> None:
        try:
            with self._client.stream("GET", self._url, headers=self._headers) as response:
                response.raise_for_status()
                self._read(response)
        except Exception as error:  # noqa: BLE001 - shown by whoever waits
            self._failure = error

    def _read(self, response: httpx.Response) -> None:
        fields: dict[str, str] = {}
        for line in response.iter_lines():
            at = time.perf_counter()
            if self._closed:
                return
            if line:
                key, _, value = line.partition(": ")
                fields[key] = value
                continue
            if "data" in fields:
                with suppress(ValueError):
                    data = json.loads(fields["data"])
                    self._frames.append(Frame(fields.get("event", "message"), data, fields.get("id", ""), at))
            fields = {}
