"""Users, sessions and tokens on the wire."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, SecretStr, StringConstraints

from cloud.permissions import Permission, Role
from cloud.users.passwords import LEAST
from cloud.wire import Asked, Moment
from facility.words import Frozen

UserName = Annotated[str, StringConstraints(pattern=r"^[\w.@-]+$", min_length=1, max_length=64)]
SiteKey = Annotated[str, StringConstraints(pattern=r"^(\*|[a-z0-9][a-z0-9_-]*)$", max_length=64)]
"""A site's id, or `*` for every site."""
DisplayName = Annotated[str, StringConstraints(max_length=64, strip_whitespace=True)]
"""What others read instead of the log-in name; empty: there is none."""
Roles = dict[SiteKey, tuple[Role, ...]]


class LogIn(Asked):
    """The body of POST /session."""

    name: str = Field(min_length=1, max_length=200)
    password: SecretStr = Field(min_length=1, max_length=1000)


class Session(Frozen):
    """Who is logged in and what they may."""

    kind: str
    name: str
    permissions: dict[str, tuple[Permission, ...]]
    """Site, or `*` for every site → what is allowed there."""


class User(Frozen):
    """A person with an account."""

    id: str
    name: str
    display_name: str = ""
    roles: Roles
    disabled: bool
    created_at: Moment


class NewUser(Asked):
    """The body of POST /users."""

    name: UserName
    password: SecretStr | None = Field(default=None, min_length=LEAST, max_length=200)
    """Left out: one is made and shown once."""
    display_name: DisplayName = ""
    roles: Roles = Field(min_length=1)


class PersonName(Frozen):
    """What somebody is called who is known by a log-in name."""

    name: str
    display_name: str


class MadeUser(User):
    """The answer of POST /users: the only time that a made password is shown."""

    password: str | None


class Token(Frozen):
    """A machine's token, without its secret."""

    id: str
    name: str
    site: str
    gateway: str
    roles: Roles
    scopes: dict[SiteKey, tuple[Permission, ...]]
    created_at: Moment
    created_by: str
    expires_at: Moment | None
    revoked_at: Moment | None


class NewToken(Asked):
    """The body of POST /tokens: roles, or single permissions as scopes."""

    name: UserName
    roles: Roles = Field(default_factory=dict)
    scopes: dict[SiteKey, tuple[Permission, ...]] = Field(default_factory=dict)
    expires_at: Moment | None = None


class MadeToken(Frozen):
    """The answer of POST /tokens: the only time that the token is shown."""

    name: str
    token: str
