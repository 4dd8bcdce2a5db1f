"""A provider of SMS or voice calls that is reached by one HTTP request, whose form is data."""

from __future__ import annotations

import json
from string import Template
from typing import Any, ClassVar, Literal

from pydantic import Field, SecretStr, model_validator

from cloud.notification.channel import Config
from cloud.notification.message import Message, Recipient, cut
from cloud.notification.posting import Answer, NotDelivered, Post


class GatewaySetup(Config):
    """`body` is JSON with `$mobile`, `$text` and `$secret` in its strings; `headers` may have `$secret`."""

    alone: ClassVar[bool] = True
    limit: ClassVar[int] = 500
    url: str = Field(min_length=8, max_length=2000)
    method: Literal["POST", "PUT"] = "POST"
    headers: dict[str, str] = Field(default_factory=dict)
    body: dict[str, Any]
    secret: SecretStr = SecretStr("")
    code: str = ""
    """The field of the answer that says how it went; empty: the HTTP status says it."""
    success: tuple[str, ...] = ("0", "OK", "200")
    """What stands there when it went well."""

    @model_validator(mode="after")
    def _complete(self) -> GatewaySetup:
        used = json.dumps(self.body)
        if missing := [name for name in ("$mobile", "$text") if name not in used]:
            raise ValueError(
                f"请求内容中没有 {'、'.join(missing)} · body names no {' and no '.join(missing)}: where does it go?"
            )
        return self


class Gateway:
    """A request to each recipient."""

    def __init__(self, setup: GatewaySetup, post: Post) -> None:
        self._setup = setup
        self._post = post

    async def send(self, message: Message) -> None:
        """Hand it over for everybody; NotDelivered names how many did not get it."""
        numbers = [who for who in message.recipients if who.mobile]
        if not numbers:
            raise NotDelivered("当值人员均未填写手机号 · nobody on duty has a mobile number", for_good=True)
        text = cut(message.text(self._setup.language).removesuffix(message.link).strip(), self._setup.limit)
        failed = [why for who in numbers if (why := await self._one(who, text))]
        if len(failed) == len(numbers):
            raise failed[0]

    async def _one(self, who: Recipient, text: str) -> NotDelivered | None:
        setup = self._setup
        names = {"mobile": who.mobile, "text": text, "secret": setup.secret.get_secret_value()}
        headers = {key: Template(value).safe_substitute(names) for key, value in setup.headers.items()}
        try:
            content = json.dumps(_filled(setup.body, names), ensure_ascii=False).encode()
            self._judge(await self._post(setup.url, content, headers, setup.method))
        except NotDelivered as error:
            return error
        return None

    def _judge(self, answer: Answer) -> None:
        if not self._setup.code:
            return
        said: Any = answer.json()
        for part in self._setup.code.split("."):
            said = said.get(part) if isinstance(said, dict) else None
        if str(said) not in self._setup.success:
            raise NotDelivered(
                f"服务商拒收:{self._setup.code} 为 {str(said)[:40]!r} · "
                f"the provider refused it: {self._setup.code} is {str(said)[:40]!r}"
            )


def _filled(part: Any, names: dict[str, str]) -> Any:
    """The body with its placeholders replaced; quoting is JSON's, so no text can leave its string."""
    if isinstance(part, str):
        return Template(part).safe_substitute(names)
    if isinstance(part, dict):
        return {key: _filled(value, names) for key, value in part.items()}
    if isinstance(part, list):
        return [_filled(value, names) for value in part]
    return part
