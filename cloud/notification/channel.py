"""What a channel is, and what every kind of channel is set up with."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from typing import Any, ClassVar, Final, Protocol

from pydantic import Field, SecretStr

from cloud.notification.message import Language, Message
from cloud.notification.posting import Post
from cloud.sealing import Seal
from cloud.wire import Asked


class Medium(StrEnum):
    """How it reaches people: life safety goes out by two different ones."""

    ROBOT = "robot"
    PERSON = "person"
    MAIL = "mail"
    SMS = "sms"
    VOICE = "voice"
    WEBHOOK = "webhook"


class Channel(Protocol):
    """Hands one message over."""

    async def send(self, message: Message) -> None:
        """Return when the other end has taken it. Raises NotDelivered, Refused."""


class Config(Asked, ABC):
    """What every kind of channel is set up with."""

    medium: ClassVar[Medium]
    a_minute: ClassVar[int] = 60
    """Messages that the other end takes in a minute, with a margin."""
    alone: ClassVar[bool] = False
    """A message to each recipient: nothing is sent where there is none."""
    language: Language = Field(default="zh")

    @abstractmethod
    def opened(self, post: Post, /) -> Channel:
        """The channel of this set-up; connects to nothing."""


def plain(config: Config) -> dict[str, Any]:
    """Every value as it was given, secrets included: never stored, never shown."""
    return _with(config, lambda secret: secret)


def kept(config: Config, seal: Seal) -> dict[str, Any]:
    """As it stands in the store, each secret sealed."""
    return _with(config, lambda secret: seal.seal(secret) if secret else "")


def shown(config: Config) -> dict[str, Any]:
    """As people may see it: a secret is only said to be there, also one that an address holds."""
    return without_credentials(_with(config, lambda secret: "•••" if secret else ""))


def without_credentials(told: Mapping[str, Any]) -> dict[str, Any]:
    """The same values, without what an address may say of who logs in there."""
    hidden = {name: _CREDENTIALS.sub("//•••@", value) for name, value in told.items() if isinstance(value, str)}
    return {**told, **hidden}


_CREDENTIALS: Final = re.compile(r"//[^/?#]*@")
"""`user:password` in an address: it is refused today, but may have been kept before."""


def addresses(config: Config) -> Iterator[str]:
    """Every address that somebody chose for it."""
    for name, field in type(config).model_fields.items():
        value = getattr(config, name)
        if name == "url" and value != field.default:
            yield value


def _with(config: Config, told: Callable[[str], Any]) -> dict[str, Any]:
    found = {}
    for name in type(config).model_fields:
        value = getattr(config, name)
        if isinstance(value, SecretStr):
            value = told(value.get_secret_value())
        found[name] = list(value) if isinstance(value, tuple) else value
    return found
