"""One HTTP connection to the cloud's API, with the gateway's token."""

from __future__ import annotations

import asyncio
from functools import cache
from importlib import import_module
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

from edge.delivery import Answer, Away
from edge.endpoint import Endpoint
from facility.errors import ConfigError

if TYPE_CHECKING:
    from ssl import SSLContext

CONNECT: Final = 5.0
REPLY: Final = 30.0
"""Seconds; a slow end is not a dead end."""


class Connection:
    """`async with` it; connects with the first request, and again by itself."""

    def __init__(self, endpoint: Endpoint, gateway: str) -> None:
        self._endpoint = endpoint
        self._base = f"{endpoint.base}/api/v1/gateways/{gateway}"
        self._client: Any = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._client is not None:
            await self._client.aclose()

    async def send(self, method: str, path: str, body: bytes | None = None) -> Answer:
        """One request below the gateway's own path; Away where there is no answer."""
        if self._client is None:
            await asyncio.to_thread(import_module, "httpx")
        import httpx

        if self._client is None:
            limits = httpx.Limits(max_connections=1)
            timeout = httpx.Timeout(REPLY, connect=CONNECT)
            env = not self._endpoint.loopback
            self._client = httpx.AsyncClient(verify=_trust(env), timeout=timeout, limits=limits, trust_env=env)
        headers = self._authorised({"Content-Type": "application/json"} if body is not None else {})
        try:
            answer = await self._client.request(method, self._base + path, content=body, headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Away(f"the cloud at {self._endpoint.url} does not answer: {error!r}") from error
        return Answer(answer.status_code, answer.text, answer.headers.get("Retry-After"))

    def _authorised(self, headers: dict[str, str]) -> dict[str, str]:
        """With the token; Away while it can't be had: its file may just be changed, and nothing else stops for that."""
        if self._endpoint.token is None:
            return headers
        try:
            token = self._endpoint.token()
        except ConfigError as error:
            raise Away(str(error)) from error
        if not (token.isascii() and token.isprintable()):
            raise Away("the cloud's token has signs that no token of ours has: put the file back as the cloud gave it")
        return headers | {"Authorization": f"Bearer {token}"}


@cache
def _trust(env: bool) -> SSLContext:  # noqa: FBT001 - httpx's own
    """Read once for all connections: all authorities take longer to read than a request."""
    import httpx

    return httpx.create_ssl_context(trust_env=env)
