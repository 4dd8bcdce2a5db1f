"""Says to the browser what it may do with an answer: nothing inline, nothing framed, nothing guessed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY: Final = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_ALWAYS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
CAMERA: Final = "camera=(self), geolocation=(), microphone=(), payment=()"
"""On the telephone's pages, which read codes with it."""
HSTS: Final = "max-age=31536000; includeSubDomains"


class SecurityHeaders:
    """Adds them to every answer; API answers are never cached."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self._app = app
        fixed = _ALWAYS | ({"Strict-Transport-Security": HSTS} if https else {})
        self._fixed = [(name.lower().encode(), value.encode()) for name, value in fixed.items()]
        self._names = {name for name, _ in self._fixed}
        camera = (b"permissions-policy", CAMERA.encode())
        self._phone = [camera if name == camera[0] else (name, value) for name, value in self._fixed]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        fixed = self._phone if scope["path"] == "/phone" or scope["path"].startswith("/phone/") else self._fixed

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": self.added_to(message.get("headers", ()), fixed)}
            await send(message)

        await self._app(scope, receive, with_headers)

    def added_to(
        self, own: Iterable[tuple[bytes, bytes]], fixed: Sequence[tuple[bytes, bytes]] = ()
    ) -> list[tuple[bytes, bytes]]:
        """Ours stand for the endpoint's of the same name; its word on caching holds."""
        headers = [(name, value) for name, value in own if name not in self._names]
        if all(name != b"cache-control" for name, _ in headers):
            headers.append((b"cache-control", b"no-store"))
        return [*headers, *(fixed or self._fixed)]
