"""A DingTalk application (钉钉工作通知): a card with a link to each person on duty."""

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

SERVICE: Final = "https://oapi.dingtalk.com"


class Setup(Config):
    """The application's number, key and secret."""

    medium: ClassVar[Medium] = Medium.PERSON
    alone: ClassVar[bool] = True
    agent: int = Field(ge=1)
    key: str = Field(min_length=1)
    secret: SecretStr
    url: str = SERVICE

    def opened(self, post: Post, /) -> DingTalkPerson:
        """The application."""
        return DingTalkPerson(self, post)


class DingTalkPerson:
    """Sends to the accounts of the people on duty."""

    def __init__(self, setup: Setup, post: Post) -> None:
        self._setup = setup
        self._post = post
        self._token = AccessToken(self._fetch, time.monotonic)

    async def send(self, message: Message) -> None:
        """Hand it over. Raises NotDelivered."""
        accounts = [who.account for who in message.recipients if who.account]
        if not accounts:
            raise NotDelivered("当值人员均未填写钉钉账号 · nobody on duty has a DingTalk account", for_good=True)
        body = orjson.dumps(self._body(message, accounts))
        path = "/topapi/message/corpconversation/asyncsend_v2?access_token="

        async def ask(token: str) -> dict[str, Any]:
            return (await self._post(f"{self._setup.url}{path}{quote_plus(token)}", body)).json()

        await self._token.use(ask, "DingTalk")

    async def _fetch(self) -> tuple[str, float]:
        secret = quote_plus(self._setup.secret.get_secret_value())
        url = f"{self._setup.url}/gettoken?appkey={quote_plus(self._setup.key)}&appsecret={secret}"
        return token_in((await self._post(url, b"", method="GET")).json(), "DingTalk")

    def _body(self, message: Message, accounts: list[str]) -> dict[str, object]:
        language = self._setup.language
        title, *lines = message.text(language).removesuffix(message.link).strip().split("\n")
        card = {
            "title": cut(title, 64),
            "markdown": cut("\n\n".join([f"### {title}", *lines]), 1_000),
            "single_title": "查看" if language == "zh" else "Open",
            "single_url": message.link,
        }
        msg = {"msgtype": "action_card", "action_card": card}
        return {"agent_id": self._setup.agent, "userid_list": ",".join(accounts), "msg": msg}
