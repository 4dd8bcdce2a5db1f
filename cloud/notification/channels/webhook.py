"""A signed webhook for any other system: JSON, HMAC-SHA256 over time and body, a 2xx alone is a yes."""

from __future__ import annotations

import hashlib
import hmac
from typing import ClassVar

import orjson
from pydantic import Field, SecretStr

from cloud.notification.channel import Config, Medium
from cloud.notification.message import Message
from cloud.notification.posting import Post
from facility.clock import NS


def sign(secret: str, seconds: int, body: bytes) -> str:
    """Hexadecimal HMAC-SHA256, keyed by the secret, of "seconds, full stop, body"."""
    return hmac.new(secret.encode(), str(seconds).encode() + b"." + body, hashlib.sha256).hexdigest()


class Setup(Config):
    """Where to, and the secret that the other end checks the signature with (32 characters at least)."""

    medium: ClassVar[Medium] = Medium.WEBHOOK
    url: str = Field(min_length=8, max_length=2000)
    secret: SecretStr = Field(min_length=32)

    def opened(self, post: Post, /) -> Webhook:
        """The hook."""
        return Webhook(self, post)


class Webhook:
    """Posts `{title, lines, link, priority, life_safety}`, the texts in both languages."""

    def __init__(self, setup: Setup, post: Post) -> None:
        self._setup = setup
        self._post = post

    async def send(self, message: Message) -> None:
        """Hand it over. The receiver refuses what is older than some minutes: a copy is worth nothing then."""
        body = orjson.dumps(_body(message))
        seconds = self._post.clock.now() // NS
        signature = sign(self._setup.secret.get_secret_value(), seconds, body)
        headers = {"X-Gatehouse-Timestamp": str(seconds), "X-Gatehouse-Signature": f"sha256={signature}"}
        await self._post(self._setup.url, body, headers)


def _body(message: Message) -> dict[str, object]:
    return {
        "title": message.title.model_dump(),
        "lines": [line.model_dump() for line in message.lines],
        "link": message.link,
        "priority": message.priority,
        "life_safety": message.life_safety,
    }
