"""Registers gateways: a token for one id at one site."""

from __future__ import annotations

from sqlalchemy import Connection

from cloud.audit.store import Entry, record
from cloud.caller import Caller
from cloud.errors import Conflict
from cloud.gateways.store import add_gateway, gateway_row
from cloud.sites.store import ensure_site
from cloud.users.tokens import Grant, issue, revoke_gateway


def register(connection: Connection, site: str, id: str, *, by: Caller, at: int, renew: bool = False) -> str:
    """The gateway's new token, to be shown once. Conflict where it exists and is not to be renewed."""
    known = gateway_row(connection, site, id) is not None
    if known and not renew:
        raise Conflict(
            f"站点 {site!r} 的网关 {id!r} 已登记;如需新令牌(旧令牌随即失效),请选择更新 · "
            f"the gateway {id!r} of {site!r} is registered already; "
            "for a new token (its old ones end) say --renew, over the API renew: true"
        )
    if known:
        revoke_gateway(connection, site, id, at=at)
    else:
        ensure_site(connection, site, at=at)
        add_gateway(connection, site, id, by=by.name, at=at)
    record(connection, by, Entry("gateway.renew" if known else "gateway.register", id, site), at=at)
    return issue(connection, Grant(id, site=site, gateway=id), by=by.name, at=at)
