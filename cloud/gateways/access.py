"""A gateway's token is for its own id only."""

from __future__ import annotations

from cloud.caller import Caller
from cloud.errors import Forbidden


def own_gateway(caller: Caller, id: str) -> None:
    """Forbidden unless the caller is this gateway."""
    if caller.kind != "gateway" or caller.gateway != id:
        raise Forbidden(
            f"此令牌属于网关 {caller.gateway or caller.name!r},不能用于 {id!r} · "
            f"this token is for the gateway {caller.gateway or caller.name!r}, not for {id!r}"
        )
