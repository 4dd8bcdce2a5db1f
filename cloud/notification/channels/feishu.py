"""A Feishu group robot (飞书群机器人): signed in the body, 100 a minute and 5 a second, refusals inside HTTP 200."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import ClassVar, Final
from urllib.parse import quote

import orjson
from pydantic import SecretStr

from cloud.notification.channel import Config, Medium
from cloud.notification.message import Message, cut
from cloud.notification.posting import NotDelivered, Post
from facility.clock import NS

ROBOT: Final = "https://open.feishu.cn/open-apis/bot/v2/hook/"
LIMIT: Final = 18_000
"""Bytes of the text; a request may have 20 kB."""
BUSY: Final = frozenset({11_232})
FOR_GOOD: Final = frozenset({9_499, 19_001, 19_021, 19_022, 19_024})
"""Bad body, no such robot, signature or time, address, key word refused."""


def sign(secret: str, seconds: int) -> str:
    """The `sign` of the body: HMAC-SHA256 of nothing, keyed by "seconds, newline, secret", base64."""
    return base64.b64encode(hmac.new(f"{seconds}\n{secret}".encode(), b"", hashlib.sha256).digest()).decode()


class Setup(Config):
    """The robot's id (the end of its address) and, where it has one, its secret (签名校验)."""

    medium: ClassVar[Medium] = Medium.ROBOT
    a_minute: ClassVar[int] = 18
    hook: SecretStr
    secret: SecretStr = SecretStr("")
    mention_all_for_life_safety: bool = True
    url: str = ROBOT

    def opened(self, post: Post, /) -> Feishu:
        """The robot."""
        return Feishu(self, post)


class Feishu:
    """Sends text to the group."""

    def __init__(self, setup: Setup, post: Post) -> None:
        self._setup = setup
        self._post = post

    async def send(self, message: Message) -> None:
        """Hand it over; code 0 alone is a yes."""
        url = self._setup.url + quote(self._setup.hook.get_secret_value(), safe="")
        answer = (await self._post(url, orjson.dumps(self._body(message)))).json()
        if (code := answer.get("code", answer.get("StatusCode"))) != 0:
            wait = 30.0 if code in BUSY else 0.0
            raise NotDelivered(
                f"飞书拒收,错误码 {code} · Feishu refused it: code {code}", for_good=code in FOR_GOOD, wait=wait
            )

    def _body(self, message: Message) -> dict[str, object]:
        text = cut(message.text(self._setup.language).replace("<", "＜"), LIMIT)
        if message.life_safety and self._setup.mention_all_for_life_safety:
            text += '\n<at user_id="all"></at>'
        body: dict[str, object] = {"msg_type": "text", "content": {"text": text}}
        if secret := self._setup.secret.get_secret_value():
            seconds = self._post.clock.now() // NS
            body |= {"timestamp": str(seconds), "sign": sign(secret, seconds)}
        return body
