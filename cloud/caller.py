"""Who asks: the caller of a request, and the one way in which an endpoint says what a caller needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from starlette.requests import HTTPConnection

from cloud.errors import Forbidden, Unauthenticated
from cloud.permissions import EVERYWHERE, Permission


@dataclass(frozen=True, slots=True)
class Caller:
    """A person, a machine or a gateway, and what it may at which site."""

    kind: Literal["user", "machine", "gateway"]
    id: str
    name: str
    permissions: Mapping[str, frozenset[Permission]] = field(default_factory=dict)
    """Site → permissions; `*` holds for every site."""
    site: str = ""
    """Of a gateway: its site."""
    gateway: str = ""
    """Of a gateway: its id."""

    def may(self, permission: Permission, site: str) -> bool:
        """Whether it may at this site."""
        return permission in self.permissions.get(site, ()) or permission in self.permissions.get(EVERYWHERE, ())

    def may_somewhere(self, permission: Permission) -> bool:
        """Whether it may at any site at all."""
        return any(permission in held for held in self.permissions.values())

    def sites(self, permission: Permission) -> frozenset[str] | None:
        """The sites at which it may; None: all of them."""
        if permission in self.permissions.get(EVERYWHERE, ()):
            return None
        return frozenset(site for site, held in self.permissions.items() if permission in held)


class Authenticator(Protocol):
    """Finds out who asks."""

    async def caller(self, connection: HTTPConnection) -> Caller | None:
        """The caller by its token or session cookie; None without either; Unauthenticated where it is wrong."""

    async def still(self, connection: HTTPConnection) -> Caller | None:
        """The same, without the session counting as used: a page that only stands open renews nothing."""


class Sites(Protocol):
    """Knows which sites there are."""

    async def expect(self, site: str, caller: Caller) -> None:
        """NotFound for a site that is not there, said to who may see every site."""


@dataclass(frozen=True, slots=True)
class Allow:
    """The dependency of an endpoint: `Annotated[Caller, Depends(Allow(Permission.ALARM_READ))]`."""

    permission: Permission
    otherwise: Permission | None = None
    """Who has this one instead is let in too: the endpoint tells them apart."""
    uses: bool = True
    """Whether a session counts as used by it."""

    async def __call__(self, connection: HTTPConnection) -> Caller:
        authenticator: Authenticator = connection.app.state.authenticator
        caller = await (authenticator.caller(connection) if self.uses else authenticator.still(connection))
        if caller is None:
            raise Unauthenticated
        either = (self.permission, self.otherwise)
        if not any(each is not None and caller.may_somewhere(each) for each in either):
            raise Forbidden(
                f"{caller.name!r} 没有此权限,请联系管理员 · "
                f"{caller.name!r} may not {self.permission}: ask an administrator for a role that may"
            )
        for site in _asked_of(connection):
            known: Sites = connection.app.state.sites
            await known.expect(site, caller)
        return caller


def _asked_of(connection: HTTPConnection) -> Iterator[str]:
    """The sites that a question names, in its path or after it."""
    if (site := connection.path_params.get("site")) is not None:
        yield str(site)
    if connection.scope["query_string"] and (site := connection.query_params.get("site")) is not None:
        yield site


def forbidden_at(caller: Caller, permission: Permission, site: str) -> Forbidden:
    """What is told to who may do it elsewhere, and not at this site."""
    return Forbidden(
        f"{caller.name!r} 在站点 {site!r} 没有此权限,请联系管理员 · "
        f"{caller.name!r} may not {permission} at {site!r}: ask an administrator for a role that may"
    )


def expect_may(caller: Caller, permission: Permission, site: str) -> None:
    """Forbidden where the caller may not at this site."""
    if not caller.may(permission, site):
        raise forbidden_at(caller, permission, site)
