"""Posts to a pinned address: its own TLS name, ten seconds, no redirects, a short answer."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import httpx
import orjson

from cloud.notification.guard import Guard, Pinned
from facility.clock import Clock

PATIENCE: Final = 10.0
"""Seconds for the whole exchange."""
ANSWER_LIMIT: Final = 64 * 1024


class NotDelivered(Exception):
    """The other end did not take it; `for_good` where trying again can't help."""

    def __init__(self, why: str, *, for_good: bool = False, wait: float = 0.0) -> None:
        super().__init__(why)
        self.for_good = for_good
        self.wait = wait
        """Seconds that the other end asks to be left alone."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    body: bytes

    def json(self) -> dict[str, Any]:
        """The JSON object of it; NotDelivered where there is none."""
        try:
            found = orjson.loads(self.body)
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise NotDelivered(
                f"对方的答复(状态码 {self.status})不是该服务应有的答复 · "
                f"the answer (status {self.status}) is not what this service answers"
            )
        return found


class Post:
    """Sends one request; `authority` trusts further certificates (a site's own)."""

    def __init__(
        self, guard: Guard, clock: Clock, authority: ssl.SSLContext | None = None, patience: float = PATIENCE
    ) -> None:
        self.clock = clock
        self._patience = patience
        self._guard = guard
        self._authority = authority

    async def __call__(
        self, url: str, content: bytes, headers: Mapping[str, str] | None = None, method: str = "POST"
    ) -> Answer:
        """The answer with status 2xx. Raises NotDelivered for every other end, Refused for a forbidden target."""
        try:
            async with asyncio.timeout(self._patience):
                return await self._exchange(await self._guard.pin(url), content, headers or {}, method)
        except TimeoutError:
            raise NotDelivered(f"{self._patience:g} 秒内无应答 · no answer within {self._patience:g} s") from None
        except (httpx.HTTPError, OSError) as error:
            # Its words can hold the address, and the address is a robot's secret.
            raise NotDelivered(f"无法连接 · can't be reached ({type(error).__name__})") from None

    async def expect(self, url: str) -> None:
        """Refused for an address that would never be posted to."""
        await self._guard.expect(url)

    async def _exchange(self, target: Pinned, content: bytes, headers: Mapping[str, str], method: str) -> Answer:
        plain = httpx.URL(target.url)
        literal = f"[{target.address}]" if ":" in target.address else target.address
        request = httpx.Request(
            method,
            plain.copy_with(host=literal),
            content=content,
            headers={"Host": plain.netloc.decode(), "Content-Type": "application/json; charset=utf-8", **headers},
            extensions={"sni_hostname": target.host},
        )
        client = httpx.AsyncClient(
            verify=self._authority or _everybodys(), trust_env=False, follow_redirects=False, timeout=self._patience
        )
        async with client:
            response = await client.send(request, stream=True)
            try:
                return _judged(response, await _short(response))
            finally:
                await response.aclose()


@cache
def _everybodys() -> ssl.SSLContext:
    """Made once: reading all authorities takes longer than a request."""
    return httpx.create_ssl_context(trust_env=False)


async def _short(response: httpx.Response) -> bytes:
    body = b""
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > ANSWER_LIMIT:
            raise NotDelivered("对方的答复过长 · the answer is longer than any honest one")
    return body


def _judged(response: httpx.Response, body: bytes) -> Answer:
    status = response.status_code
    if 200 <= status < 300:
        return Answer(status, body)
    if 300 <= status < 400:
        raise NotDelivered(
            f"对方答复状态码 {status},要求转往别处;不跟随转址 · "
            f"status {status}: it wants to be asked elsewhere, and redirects are not followed"
        )
    for_good = status in {400, 401, 403, 404, 405, 410, 413, 415, 422}
    raise NotDelivered(
        f"对方答复状态码 {status} · status {status}",
        for_good=for_good,
        wait=_seconds(response.headers.get("retry-after", "")),
    )


def _seconds(text: str) -> float:
    return min(float(text), 600.0) if text.isdigit() else 0.0
