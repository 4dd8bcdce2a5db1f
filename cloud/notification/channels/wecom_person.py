"""A WeCom application (企业微信应用消息): a card with a link to each person on duty."""

from __future__ import annotations

import time
from typing import Any, ClassVar, Final
from urllib.parse import quote_plus

import orjson
from pydantic import Field, SecretStr

from cloud.notification.application import AccessToken, token_in
from cloud.notification.channel import Config, Medium
from cloud.notification.message import Message, cut
from cloud.notification.posting import NotDelivered, Post

SERVICE: Final = "https://qyapi.weixin.qq.com/cgi-bin"


class Setup(Config):
    """The company's id, the application's number and secret."""

    medium: ClassVar[Medium] = Medium.PERSON
    alone: ClassVar[bool] = True
    corporation: str = Field(min_length=1)
    agent: int = Field(ge=1)
    secret: SecretStr
    url: str = SERVICE

    def opened(self, post: Post, /) -> WeComPerson:
        """The application."""
        return WeComPerson(self, post)


class WeComPerson:
    """Sends to the accounts of the people on duty."""

    def __init__(self, setup: Setup, post: Post) -> None:
        self._setup = setup
        self._post = post
        self._token = AccessToken(self._fetch, time.monotonic)

    async def send(self, message: Message) -> None:
        """Hand it over. Raises NotDelivered."""
        accounts = [who.account for who in message.recipients if who.account]
        if not accounts:
            raise NotDelivered("当值人员均未填写企业微信账号 · nobody on duty has a WeCom account", for_good=True)
        body = orjson.dumps(self._body(message, accounts))

        async def ask(token: str) -> dict[str, Any]:
            return (await self._post(f"{self._setup.url}/message/send?access_token={quote_plus(token)}", body)).json()

        await self._token.use(ask, "WeCom")

    async def _fetch(self) -> tuple[str, float]:
        secret = quote_plus(self._setup.secret.get_secret_value())
        url = f"{self._setup.url}/gettoken?corpid={quote_plus(self._setup.corporation)}&corpsecret={secret}"
        return token_in((await self._post(url, b"", method="GET")).json(), "WeCom")

    def _body(self, message: Message, accounts: list[str]) -> dict[str, object]:
        language = self._setup.language
        lines = "\n".join(getattr(line, language) for line in message.lines)
        return {
            "touser": "|".join(accounts),
            "agentid": self._setup.agent,
            "msgtype": "textcard",
            "textcard": {
                "title": cut(getattr(message.title, language), 128),
                "description": cut(lines.replace("<", "＜") or getattr(message.title, language), 512),
                "url": message.link,
                "btntxt": "查看" if language == "zh" else "Open",
            },
        }
