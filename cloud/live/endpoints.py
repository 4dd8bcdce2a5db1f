"""WS /gateways/{id}/live."""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, WebSocket, WebSocketDisconnect
from prometheus_client import Gauge

from cloud.caller import Allow, Authenticator, Caller
from cloud.dependencies import Store, TheClock
from cloud.errors import Problem, Unauthenticated
from cloud.gateways.access import own_gateway
from cloud.live.contention import two_with_one_id
from cloud.live.link import Ends, Link, LinkRefused
from cloud.permissions import Permission
from facility.live import SUPERSEDED

router = APIRouter(prefix="/api/v1", tags=["gateways"])
LINKS = Gauge("gatehouse_live_links", "Gateways that are linked now")
log = logging.getLogger(__name__)


@router.websocket("/gateways/{id}/live")
async def live(
    websocket: WebSocket,
    store: Store,
    clock: TheClock,
    caller: Annotated[Caller, Depends(Allow(Permission.LIVE_LINK))],
    id: str,
) -> None:
    """Frames of `facility.live` as JSON text; of two links of a gateway the newer one stays."""
    own_gateway(caller, id)
    state = websocket.app.state
    links: dict[tuple[str, str], asyncio.Task[None]] = state.links
    await websocket.accept()
    ends = Ends(store, state.latest, state.bell, clock)
    link = Link(websocket, caller.site, id, ends, partial(_still_let_in, websocket, caller))
    key = (caller.site, id)
    task = asyncio.create_task(link.run(), name=f"live link of {id}")
    older, links[key] = links.get(key), task
    if older is not None:
        older.cancel()
    LINKS.set(len(links))
    try:
        if older is not None and state.contention.cut(key, clock.monotonic()):
            await store.write(partial(two_with_one_id, site=caller.site, gateway=id, now=clock.now()))
        await _until_over(websocket, task)
    finally:
        task.cancel()
        if links.get(key) is task:
            del links[key]
            state.latest.part(caller.site, id, clock.monotonic())
        LINKS.set(len(links))


async def _still_let_in(websocket: WebSocket, caller: Caller) -> bool:
    """Whether the token holds. A store that is away changes nothing."""
    authenticator: Authenticator = websocket.app.state.authenticator
    try:
        now = await authenticator.still(websocket)
    except Problem as problem:
        return problem.status != Unauthenticated.status
    return now is not None and now.id == caller.id


async def _until_over(websocket: WebSocket, task: asyncio.Task[None]) -> None:
    await asyncio.wait((task,))
    if task.cancelled():
        await websocket.close(SUPERSEDED, "another link of this gateway has opened")
        return
    error = task.exception()
    if isinstance(error, LinkRefused):
        log.info("a live link ended: %s", error.why)
        await websocket.close(error.code, error.why)
    elif isinstance(error, Problem):
        await websocket.close(1013, error.detail[:120])
    elif error is not None and not isinstance(error, WebSocketDisconnect):
        raise error
