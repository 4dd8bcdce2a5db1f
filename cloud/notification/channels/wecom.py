"""A WeCom group robot (企业微信群机器人): its key is the secret, 20 messages a minute, refusals inside HTTP 200."""

from __future__ import annotations

from typing import ClassVar, Final
from urllib.parse import quote_plus

import orjson
from pydantic import SecretStr

from cloud.notification.channel import Config, Medium
from cloud.notification.message import Message, cut
from cloud.notification.posting import NotDelivered, Post

ROBOT: Final = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send"
LIMIT: Final = 2_048
"""Bytes of a text."""
TOO_FAST: Final = 45_009
FOR_GOOD: Final = frozenset({93_000, 40_008, 40_058})
"""No such robot, a message type or parameter that it refuses."""


class Setup(Config):
    """The robot's key."""

    medium: ClassVar[Medium] = Medium.ROBOT
    a_minute: ClassVar[int] = 18
    key: SecretStr
    mention_all_for_life_safety: bool = True
    url: str = ROBOT

    def opened(self, post: Post, /) -> WeCom:
        """The robot."""
        return WeCom(self, post)


class WeCom:
    """Sends text to the group: markdown could not mention everybody."""

    def __init__(self, setup: Setup, post: Post) -> None:
        self._setup = setup
        self._post = post

    async def send(self, message: Message) -> None:
        """Hand it over; errcode 0 alone is a yes."""
        url = f"{self._setup.url}?key={quote_plus(self._setup.key.get_secret_value())}"
        answer = (await self._post(url, orjson.dumps(self._body(message)))).json()
        if (code := answer.get("errcode")) != 0:
            wait = 60.0 if code == TOO_FAST else 0.0
            raise NotDelivered(
                f"企业微信拒收,错误码 {code} · WeCom refused it: errcode {code}", for_good=code in FOR_GOOD, wait=wait
            )

    def _body(self, message: Message) -> dict[str, object]:
        everybody = message.life_safety and self._setup.mention_all_for_life_safety
        text = {"content": cut(message.text(self._setup.language), LIMIT)}
        return {"msgtype": "text", "text": text | ({"mentioned_list": ["@all"]} if everybody else {})}
