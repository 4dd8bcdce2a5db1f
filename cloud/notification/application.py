"""An application of WeCom or DingTalk that writes to single people: its access token, fetched when it is needed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final

from cloud.notification.posting import NotDelivered

Fetch = Callable[[], Awaitable[tuple[str, float]]]
"""(token, seconds that it holds)."""
MARGIN: Final = 300.0
TOKEN_GONE: Final = frozenset({40_001, 40_014, 42_001, 88})
"""Codes with which WeCom and DingTalk say that the token is no good any more."""


class AccessToken:
    """One token for all messages until it ends; a refused one is fetched anew, once."""

    def __init__(self, fetch: Fetch, seconds: Callable[[], float]) -> None:
        self._fetch = fetch
        self._seconds = seconds
        self._token = ""
        self._until = 0.0

    async def use(self, ask: Callable[[str], Awaitable[dict[str, Any]]], name: str) -> None:
        """Ask with the token; errcode 0 alone is a yes. Raises NotDelivered."""
        code = (await ask(await self._current())).get("errcode")
        if code in TOKEN_GONE:
            self._until = 0.0
            code = (await ask(await self._current())).get("errcode")
        if code != 0:
            raise NotDelivered(f"{name} 拒收,错误码 {code} · {name} refused it: errcode {code}")

    async def _current(self) -> str:
        now = self._seconds()
        if now >= self._until:
            self._token, holds = await self._fetch()
            self._until = now + max(0.0, holds - MARGIN)
        return self._token


def token_in(answer: dict[str, Any], name: str) -> tuple[str, float]:
    """The token of an answer; NotDelivered where it has none."""
    token, holds = answer.get("access_token"), answer.get("expires_in", 7200)
    if not isinstance(token, str) or not token or not isinstance(holds, int | float):
        raise NotDelivered(
            f"{name} 未给出访问令牌,错误码 {answer.get('errcode')} · "
            f"{name} gives no access token: errcode {answer.get('errcode')}"
        )
    return token, float(holds)
