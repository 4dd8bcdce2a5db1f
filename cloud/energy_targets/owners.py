"""Who may answer for a target: somebody whom the cloud can tell."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

from cloud.errors import Unprocessable
from cloud.users.store import users
from facility.errors import nearest


def check_owners(connection: Connection, names: Iterable[str]) -> None:
    """Unprocessable for a name that no enabled account has."""
    active = [row["name"] for row in users(connection) if not row["disabled"]]
    for name in sorted(set(names)):
        if name not in active:
            raise Unprocessable(
                f"没有可用的用户 {name!r},请填写已有的用户名 · "
                f"there is no user {name!r}, or the account is disabled{nearest(name, active)}"
            )
