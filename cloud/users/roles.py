"""Roles per site, as stored, and the permissions that they come to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import orjson

from cloud.permissions import OF_ROLE, Permission, Role

SiteRoles = Mapping[str, Sequence[Role]]
"""Site, or `*` for every site → roles."""


def dump_roles(roles: SiteRoles) -> str:
    """As the store keeps them."""
    return orjson.dumps({site: [Role(r).value for r in held] for site, held in roles.items()}).decode()


def load_roles(text: str) -> dict[str, tuple[Role, ...]]:
    """Out of the store."""
    return {site: tuple(Role(r) for r in held) for site, held in orjson.loads(text).items()}


def permissions_of(
    roles: SiteRoles, scopes: Mapping[str, Sequence[str]] | None = None
) -> dict[str, frozenset[Permission]]:
    """Site → permissions, of the roles and of single scopes beside them."""
    found: dict[str, frozenset[Permission]] = {}
    for site, held in roles.items():
        found[site] = frozenset().union(*(OF_ROLE[role] for role in held))
    for site, single in (scopes or {}).items():
        found[site] = found.get(site, frozenset()) | {Permission(scope) for scope in single}
    return found
