"""Keeps other pages out: the Host must be one of ours, and an unsafe method must come from our own origin."""

from __future__ import annotations

from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from cloud.errors import Forbidden
from cloud.settings import Settings
from cloud.web.answers import answer_problem

SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


class Origin:
    """Checks Host (on loopback, or where names are listed) and Origin (unsafe methods, and any WebSocket of a page)."""

    def __init__(self, app: ASGIApp, *, settings: Settings) -> None:
        self._app = app
        self._names = frozenset({*settings.hosts, *LOOPBACK, settings.host})
        self._host_matters = settings.on_loopback or bool(settings.hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        why = self.wrong(scope, Headers(scope=scope))
        if not why:
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": why.rpartition(" · ")[2]})
        else:
            await answer_problem(Forbidden(why))(scope, receive, send)

    def wrong(self, scope: Scope, headers: Headers) -> str:
        """Why a request is kept out; empty where it is let in."""
        host = headers.get("host", "")
        if self._host_matters and _name(host) not in self._names:
            return (
                "不允许以此名称访问,请使用启动时给出的地址 · "
                "this name is not ours; allow it with --name, or use the address that `serve` printed"
            )
        origin = headers.get("origin")
        if origin is not None:
            unsafe = scope["type"] == "websocket" or scope["method"] not in SAFE
            other = "此请求来自其他网页 · this request comes from another page"
            return other if unsafe and urlsplit(origin).netloc != host else ""
        if scope["type"] == "http" and scope["method"] not in SAFE and "cookie" in headers:
            return (
                ""
                if "authorization" in headers
                else "请求缺少来源信息 · a browser sends Origin with this method; this request has none"
            )
        return ""


@lru_cache(maxsize=256)
def _name(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
