"""The two ways to write line protocol: v2 by influxdb-client, v1 by a plain POST; bodies are gzip members."""

from __future__ import annotations

import base64
from types import TracebackType
from typing import Any, Protocol, Self
from urllib.parse import urlencode

from edge.delivery import SAID, Answer, Away, judge
from edge.endpoint import Endpoint
from edge.historian.call_thread import CallThread
from edge.historian.post import CONNECT, REPLY, Post
from facility.clock import Clock


class End(Protocol):
    """Somewhere that takes line protocol."""

    @property
    def connections(self) -> int:
        """Connections made so far: a new one may mean that the end was killed and forgot what it had just answered."""

    async def write(self, body: bytes) -> None:
        """Hand over one gzip member, times in ns. Rejected: bad content; TooLarge: send less; Away: try later."""


class InfluxV1:
    """`POST /write`: InfluxDB 1.x, VictoriaMetrics. A token `user:password` is sent as basic authentication."""

    def __init__(self, endpoint: Endpoint, database: str, clock: Clock) -> None:
        self._endpoint = endpoint
        self._clock = clock
        self._thread = CallThread("historian")
        self._post = Post(endpoint, f"/write?{urlencode({'db': database, 'precision': 'ns'})}")

    @property
    def connections(self) -> int:
        """As End says."""
        return self._post.connections

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._thread.stop(self._post.close)

    async def write(self, body: bytes) -> None:
        """As End says."""
        headers = {"Content-Encoding": "gzip", "Content-Type": "text/plain; charset=utf-8", **self._authorization()}
        _taken(await self._thread.call(lambda: self._post.send(body, headers)), self._clock)

    def _authorization(self) -> dict[str, str]:
        if self._endpoint.token is None:
            return {}
        token = self._endpoint.token()
        if ":" in token:
            return {"Authorization": "Basic " + base64.b64encode(token.encode()).decode()}
        return {"Authorization": f"Token {token}"}


class InfluxV2:
    """`POST /api/v2/write` by influxdb-client, synchronously on a thread of its own; never its batching."""

    def __init__(self, endpoint: Endpoint, org: str, bucket: str, clock: Clock) -> None:
        self._endpoint = endpoint
        self._org = org
        self._bucket = bucket
        self._clock = clock
        self.connections = 0
        self._ports: set[int] = set()
        self._thread = CallThread("historian")
        self._client: Any = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._thread.stop()

    async def write(self, body: bytes) -> None:
        """As End says."""
        answer = await self._thread.call(lambda: self._post(body))
        if answer.status in (401, 403):
            self._client = None
        _taken(answer, self._clock)

    def _post(self, body: bytes) -> Answer:
        from influxdb_client.rest import ApiException

        try:
            service = self._connected()
            service.post_write(org=self._org, bucket=self._bucket, body=body, precision="ns", content_encoding="gzip")
            said = service.api_client.last_response
        except ApiException as error:
            if not error.status:
                raise Away(f"the historian at {self._endpoint.url}: {error.reason}") from error
            headers: Any = error.headers or {}
            return Answer(error.status, str(error.body or error.reason), headers.get("Retry-After"))
        except Exception as error:  # the boundary to the library: its transport has error types of its own
            raise Away(f"the historian at {self._endpoint.url} does not answer: {error}") from error
        finally:
            self._count()
        return Answer(said.status, str(said.data or ""))

    def _count(self) -> None:
        """urllib3 replaces a dropped connection in silence; another local port gives it away."""
        if self._client is None:
            return
        pool = self._client.api_client.rest_client.pool_manager.connection_from_url(self._endpoint.base).pool
        sockets = [c.sock for c in list(pool.queue) if c is not None and c.sock is not None]
        ports = {s.getsockname()[1] for s in sockets}
        self.connections += bool(ports - self._ports)
        self._ports = ports or self._ports

    def _connected(self) -> Any:
        """The write service: what WriteApi itself calls, for a body that is compressed already."""
        from influxdb_client.client.influxdb_client import InfluxDBClient
        from influxdb_client.service.write_service import WriteService

        if self._client is None:
            token = self._endpoint.token() if self._endpoint.token is not None else ""
            timeout = (round(CONNECT * 1000), round(REPLY * 1000))
            client: Any = InfluxDBClient(self._endpoint.base, token, timeout=timeout, org=self._org)
            make_service: Any = WriteService
            self._client = make_service(client.api_client)
        return self._client


def _taken(answer: Answer, clock: Clock) -> None:
    """As `judge`; a success with a text of its own is a portal's or a proxy's page: a write is answered with nothing.

    InfluxDB 1, 2 and 3, VictoriaMetrics and the embedded historian all answer 204.
    """
    judge("historian", answer, clock)
    said = " ".join(answer.text.split())[:SAID]
    if said:
        raise Away(
            f"the historian answered {answer.status} with a text, as no historian does: check the address ({said})",
            status=answer.status,
        )
