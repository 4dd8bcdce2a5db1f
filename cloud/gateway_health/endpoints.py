"""PUT /gateways/{id}/status, GET /gateway-health."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Annotated, cast

import numpy as np
from fastapi import APIRouter, Depends, Request

from cloud.caller import Allow, Caller
from cloud.dependencies import Store, TheClock
from cloud.equipment.values import Asked, newest
from cloud.errors import Forbidden, problems
from cloud.gateway_health.health import find, gateway_health
from cloud.gateway_health.schemas import GatewayHealth
from cloud.gateway_health.store import keep_status
from cloud.gateways.access import own_gateway
from cloud.historian.base import Historian, Reads
from cloud.permissions import Permission
from cloud.wire import Page, one_site
from facility.errors import DeliveryError
from facility.gateway_status import Status

router = APIRouter(prefix="/api/v1", tags=["gateways"])


@router.put("/gateways/{id}/status", status_code=204, responses=problems(Forbidden))
async def put_status(
    store: Store,
    clock: TheClock,
    caller: Annotated[Caller, Depends(Allow(Permission.LIVE_LINK))],
    id: str,
    body: Status,
) -> None:
    """How the gateway is: the newest word counts."""
    own_gateway(caller, id)
    if (body.site, body.gateway) != (caller.site, id):
        raise Forbidden(
            f"此令牌属于 {caller.site} 的网关 {id},上送的却是 {body.site} 的 {body.gateway} 的状态 · "
            f"this token is for {id} of {caller.site}, the status for {body.gateway} of {body.site}"
        )
    await store.write(lambda c: keep_status(c, body, at=clock.now()))


@router.get("/gateway-health")
async def list_gateway_health(
    request: Request,
    store: Store,
    caller: Annotated[Caller, Depends(Allow(Permission.GATEWAY_READ))],
    site: str | None = None,
) -> Page[GatewayHealth]:
    """Gateways with their lines, units, lanes and ends; every device with the quality of its points."""
    state = request.app.state
    among, now = one_site(caller.sites(Permission.GATEWAY_READ), site), state.clock.now()
    historian = cast("Historian | None", state.historian)
    found = await store.read(lambda c: find(c, among))
    values = await newest(found.points, state.latest, historian, now)
    pairs = tuple(zip(found.points, values, strict=True))
    newest_of = await _newest(historian, found.points)
    items = (
        gateway_health(row, found, pairs, newest_of.get((row["site"], row["id"]), 0), now) for row in found.gateways
    )
    return Page(items=tuple(items))


async def _newest(historian: Reads | None, points: Sequence[Asked]) -> dict[tuple[str, str], int]:
    """(site, gateway) → the newest sample that the historian has, UTC ns."""
    if historian is None or not points:
        return {}
    try:
        found = await historian.latest([point.series for point in points])
    except DeliveryError:
        return {}
    answer: dict[tuple[str, str], int] = defaultdict(int)
    for point, at in zip(points, np.asarray(found.at).tolist(), strict=True):
        key = (point.site, point.gateway)
        answer[key] = max(answer[key], at)
    return answer
