"""Whom a manager of some sites sees, and who is theirs alone to change."""

from __future__ import annotations

from sqlalchemy import Connection, RowMapping

from cloud.caller import Caller
from cloud.errors import Forbidden, NotFound
from cloud.permissions import EVERYWHERE, Permission
from cloud.users.roles import SiteRoles, load_roles
from cloud.users.store import user_by_name


def is_near(roles: SiteRoles, among: frozenset[str] | None) -> bool:
    """Whether somebody has a role at one of these sites (None: all of them)."""
    return among is None or bool(among & set(roles)) or EVERYWHERE in roles


def user_near(connection: Connection, caller: Caller, name: str) -> RowMapping:
    """NotFound for a user who has nothing to do with the sites that the caller manages."""
    row, among = user_by_name(connection, name), caller.sites(Permission.USER_MANAGE)
    if row is None or (among is not None and not among & set(load_roles(row["roles"]))):
        raise NotFound(f"没有用户 {name!r},或不属于您的站点 · there is no user {name!r}, or none of your sites")
    return row


def expect_whole(caller: Caller, row: RowMapping) -> None:
    """Forbidden where the user also belongs to a site that the caller does not manage."""
    among = caller.sites(Permission.USER_MANAGE)
    if among is not None and (foreign := sorted(set(load_roles(row["roles"])) - among)):
        where = "every site" if EVERYWHERE in foreign else ", ".join(foreign)
        raise Forbidden(
            f"{row['name']!r} 还属于 {where},请由该处管理员办理 · "
            f"{row['name']} also belongs to {where}: an administrator of there does this"
        )
