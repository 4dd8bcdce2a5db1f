"""Finds the caller of a request: a bearer token, or the cookie of a session."""

from __future__ import annotations

import base64
import binascii
from typing import Final

from starlette.requests import HTTPConnection

from cloud.caller import Caller
from cloud.database.base import Database
from cloud.errors import Unauthenticated
from cloud.users.roles import load_roles, permissions_of
from cloud.users.store import TOUCH, session_user, touch_session
from cloud.users.tokens import caller_of_token
from facility.clock import NS, Clock

COOKIE: Final = "gatehouse_session"
HOST_COOKIE: Final = "__Host-gatehouse_session"
"""Its name where https stands in front."""

REMEMBERED: Final = 5 * NS
"""How long a token that was looked up counts without a further look: a revoked one ends within it."""
MOST: Final = 2048


def cookie_of(connection: HTTPConnection) -> str | None:
    """The session's cookie."""
    return connection.cookies.get(HOST_COOKIE) or connection.cookies.get(COOKIE)


def token_of(connection: HTTPConnection) -> str | None:
    """The token of `Authorization: Bearer …`, InfluxDB's `Token …`, or the password of `Basic …`."""
    scheme, _, value = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() in {"bearer", "token"}:
        return value.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(value, validate=True).decode().partition(":")[2]
        except (binascii.Error, ValueError) as error:
            raise Unauthenticated("Authorization 请求头无法识别 · this Authorization header can't be read") from error
    return None


class Authentication:
    """Looks callers up in the store; remembers tokens for a few seconds."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._seen: dict[str, tuple[int, Caller]] = {}

    async def caller(self, connection: HTTPConnection) -> Caller | None:
        """See cloud.caller.Authenticator."""
        return await self._found(connection, uses=True)

    async def still(self, connection: HTTPConnection) -> Caller | None:
        """See cloud.caller.Authenticator."""
        return await self._found(connection, uses=False)

    async def _found(self, connection: HTTPConnection, *, uses: bool) -> Caller | None:
        token = token_of(connection)
        if token is not None:
            return await self._by_token(token)
        cookie = cookie_of(connection)
        return await self._by_cookie(cookie, uses=uses) if cookie else None

    def forget(self) -> None:
        """Look everything up again."""
        self._seen.clear()

    async def _by_token(self, token: str) -> Caller:
        now = self._clock.monotonic()
        at, known = self._seen.get(token, (0, None))
        if known is not None and 0 <= now - at < REMEMBERED:
            return known
        wall = self._clock.now()
        found = await self._database.read(lambda c: caller_of_token(c, token, wall))
        if found is None:
            self._seen.pop(token, None)
            raise Unauthenticated(
                "此令牌无效、已过期或已吊销,请向管理员索取新的令牌 · "
                "this token is unknown, over or revoked; ask an administrator for a new one"
            )
        if len(self._seen) >= MOST:
            self._seen.clear()
        self._seen[token] = (now, found)
        return found

    async def _by_cookie(self, cookie: str, *, uses: bool) -> Caller:
        now = self._clock.now()
        user = await self._database.read(lambda c: session_user(c, cookie, now))
        if user is None:
            raise Unauthenticated("登录已过期,请重新登录 · this session is over; log in again")
        if uses and now - user["seen_at"] > TOUCH:
            await self._database.write(lambda c: touch_session(c, cookie, now))
        return Caller("user", user["id"], user["name"], permissions_of(load_roles(user["roles"])))
