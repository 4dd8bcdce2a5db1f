"""What the endpoints of notification read and answer."""

from __future__ import annotations

from typing import Any, Final

from pydantic import Field

from cloud.notification.delivery import State
from cloud.notification.message import Recipient
from cloud.notification.routing import Matches
from cloud.wire import Asked, Moment
from facility.words import Frozen, Text

MOBILE: Final = r"^(\+?[0-9][0-9 -]{4,30})?$"
MAIL: Final = r"^([^@\s<>,;]+@[^@\s<>,;]+)?$"


class NewChannel(Asked):
    """A way to people; `setup` is what its kind asks for (`GET /notification/kinds`)."""

    site: str = Field(min_length=1, max_length=64)
    name: str = Field(min_length=1, max_length=100)
    kind: str = Field(max_length=32)
    setup: dict[str, Any]
    enabled: bool = True


class ChangedChannel(Asked):
    """What is left out stays; a secret in `setup` that is left out stays too."""

    name: str | None = Field(default=None, min_length=1, max_length=100)
    setup: dict[str, Any] | None = None
    enabled: bool | None = None


class Channel(Frozen):
    """A channel, its secrets hidden."""

    id: str
    site: str
    name: str
    kind: str
    medium: str
    setup: dict[str, Any]
    enabled: bool
    updated_at: Moment


class NewRoute(Asked):
    """Which notices go over which channels, the first choice first; lower ranks are looked at first."""

    site: str = Field(min_length=1, max_length=64)
    name: str = Field(min_length=1, max_length=100)
    rank: int = Field(default=100, ge=0, le=10_000)
    matches: Matches = Matches()
    channels: tuple[str, ...] = Field(min_length=1, max_length=10)
    enabled: bool = True


class Route(NewRoute):
    """A route as it is kept."""

    id: str
    updated_at: Moment


class Contact(Asked):
    """How a person is reached."""

    mobile: str = Field(default="", pattern=MOBILE)
    mail: str = Field(default="", pattern=MAIL, max_length=254)
    account: str = Field(default="", max_length=128)
    """In WeCom or DingTalk."""

    def recipient(self, person: str) -> Recipient:
        """Of this person."""
        return Recipient(person, self.mobile, self.mail, self.account)


class PersonContact(Contact):
    """A contact and whose it is."""

    person: str


class Kind(Frozen):
    """A kind of channel and the JSON schema of its set-up."""

    kind: str
    medium: str
    setup: dict[str, Any]


class Delivery(Frozen):
    """One notice over one channel, and what became of it."""

    id: int
    site: str
    alarm: str
    occasion: str
    route: str
    channel: str
    title: Text
    priority: int
    life_safety: bool
    state: State
    tries: int
    created_at: Moment
    ended_at: Moment | None
    why: str


class Attempt(Frozen):
    """One request to a channel; a digest carries many messages."""

    id: int
    site: str
    channel: str
    at: Moment
    messages: int
    taken: bool
    why: str


class Tested(Frozen):
    """How a test message went."""

    taken: bool
    why: str = ""
