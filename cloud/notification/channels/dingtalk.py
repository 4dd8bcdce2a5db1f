"""A DingTalk group robot (钉钉群机器人): signed, 20 messages a minute, refusals inside HTTP 200."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import ClassVar, Final
from urllib.parse import quote_plus

import orjson
from pydantic import SecretStr

from cloud.notification.channel import Config, Medium
from cloud.notification.message import Message, cut
from cloud.notification.posting import NotDelivered, Post
from facility.clock import NS

ROBOT: Final = "https://oapi.dingtalk.com/robot/send"
LIMIT: Final = 18_000
"""Bytes of a markdown body; the robot takes 20,000."""
TOO_FAST: Final = 130_101
MUTED: Final = 600.0
"""Seconds that a robot is dumb after it was asked too often."""
FOR_GOOD: Final = frozenset({310_000, 300_001, 400_101, 400_102, 400_105})
"""Signature, key word or address refused, no such robot, robot switched off."""


def sign(secret: str, ms: int) -> str:
    """The `sign` of the URL: HMAC-SHA256 of "ms, newline, secret" with the secret, base64, percent-encoded."""
    mac = hmac.new(secret.encode(), f"{ms}\n{secret}".encode(), hashlib.sha256)
    return quote_plus(base64.b64encode(mac.digest()))


class Setup(Config):
    """The robot's token and, where it has one, its secret (加签)."""

    medium: ClassVar[Medium] = Medium.ROBOT
    a_minute: ClassVar[int] = 18
    token: SecretStr
    secret: SecretStr = SecretStr("")
    mention_all_for_life_safety: bool = True
    url: str = ROBOT
    """Another address only where a proxy stands between."""

    def opened(self, post: Post, /) -> DingTalk:
        """The robot."""
        return DingTalk(self, post)


class DingTalk:
    """Sends markdown to the group."""

    def __init__(self, setup: Setup, post: Post) -> None:
        self._setup = setup
        self._post = post

    async def send(self, message: Message) -> None:
        """Hand it over; errcode 0 alone is a yes."""
        answer = (await self._post(self._url(), orjson.dumps(self._body(message)))).json()
        if (code := answer.get("errcode")) != 0:
            wait = MUTED if code == TOO_FAST else 0.0
            raise NotDelivered(
                f"钉钉拒收,错误码 {code} · DingTalk refused it: errcode {code}", for_good=code in FOR_GOOD, wait=wait
            )

    def _url(self) -> str:
        url = f"{self._setup.url}?access_token={quote_plus(self._setup.token.get_secret_value())}"
        if secret := self._setup.secret.get_secret_value():
            ms = self._post.clock.now() // (NS // 1000)
            url += f"&timestamp={ms}&sign={sign(secret, ms)}"
        return url

    def _body(self, message: Message) -> dict[str, object]:
        language = self._setup.language
        title, *lines = message.text(language).split("\n")
        text = cut("\n\n".join([f"### {title}", *lines]), LIMIT)
        return {
            "msgtype": "markdown",
            "markdown": {"title": cut(title, 200), "text": text},
            "at": {"isAtAll": message.life_safety and self._setup.mention_all_for_life_safety},
        }
