"""Bearer tokens for machines and gateways."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import orjson
from sqlalchemy import Connection, RowMapping, insert, or_, select, update

from cloud.caller import Caller
from cloud.ids import new_id
from cloud.permissions import GATEWAY, Permission
from cloud.users.roles import SiteRoles, dump_roles, load_roles, permissions_of
from cloud.users.secrets import digest, new_secret
from cloud.users.tables import TOKEN


@dataclass(frozen=True, slots=True)
class Grant:
    """What a token is for."""

    name: str
    roles: SiteRoles = field(default_factory=dict)
    scopes: Mapping[str, Sequence[Permission]] = field(default_factory=dict)
    """Site, or `*` → single permissions."""
    site: str = ""
    gateway: str = ""
    """Of a gateway's token: its id, with `site`."""
    expires_at: int | None = None


def issue(connection: Connection, grant: Grant, *, by: str, at: int) -> str:
    """A new token, as text to be shown once."""
    token = new_secret("ghg" if grant.gateway else "ght")
    row = {
        "id": new_id(at),
        "secret": digest(token),
        "name": grant.name,
        "site": grant.site,
        "gateway": grant.gateway,
        "roles": dump_roles(grant.roles),
        "scopes": orjson.dumps({site: list(held) for site, held in grant.scopes.items()}).decode(),
        "created_at": at,
        "created_by": by,
        "expires_at": grant.expires_at,
    }
    connection.execute(insert(TOKEN), row)
    return token


def caller_of_token(connection: Connection, token: str, now: int) -> Caller | None:
    """Who holds it; None where it is unknown, over or revoked."""
    t = TOKEN.c
    valid = t.revoked_at.is_(None) & or_(t.expires_at.is_(None), t.expires_at > now)
    row = connection.execute(select(TOKEN).where(t.secret == digest(token), valid)).mappings().first()
    if row is None:
        return None
    if row["gateway"]:
        own = {row["site"]: GATEWAY}
        return Caller("gateway", row["id"], row["gateway"], own, site=row["site"], gateway=row["gateway"])
    return Caller(
        "machine", row["id"], row["name"], permissions_of(load_roles(row["roles"]), orjson.loads(row["scopes"]))
    )


def revoke(connection: Connection, id: str, *, at: int) -> bool:
    """End a token; False where there is none that is valid."""
    where = (TOKEN.c.id == id) & TOKEN.c.revoked_at.is_(None)
    return connection.execute(update(TOKEN).where(where).values(revoked_at=at)).rowcount > 0


def revoke_gateway(connection: Connection, site: str, gateway: str, *, at: int) -> None:
    """End every token of a gateway."""
    where = (TOKEN.c.site == site) & (TOKEN.c.gateway == gateway) & TOKEN.c.revoked_at.is_(None)
    connection.execute(update(TOKEN).where(where).values(revoked_at=at))


def tokens(connection: Connection) -> Sequence[RowMapping]:
    """All tokens but their secrets, the newest first."""
    columns = [column for column in TOKEN.c if column.name != "secret"]
    return connection.execute(select(*columns).order_by(TOKEN.c.id.desc())).mappings().all()
