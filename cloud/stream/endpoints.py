"""GET /stream: alarms, orders, equipment, gateways, linkage with ids; live values and heartbeats between them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Final, cast

from fastapi import APIRouter, Depends, Header, Query, Request, Response

from cloud.caller import Allow, Caller
from cloud.dependencies import TheClock
from cloud.errors import Problem, problems
from cloud.latest import Latest
from cloud.permissions import Permission
from cloud.stream.hub import Client, Hub, Sites, heartbeat, values_frame
from cloud.stream.response import EventStream
from facility.clock import Clock

router = APIRouter(prefix="/api/v1", tags=["stream"])
NEEDED: Final = {
    "alarm": Permission.ALARM_READ,
    "work_order": Permission.ORDER_READ,
    "equipment": Permission.EQUIPMENT_READ,
    "gateway": Permission.GATEWAY_READ,
    "linkage": Permission.ALARM_READ,
    "values": Permission.EQUIPMENT_READ,
}
"""Name of the frame → what one needs to see it."""
LOOK_AGAIN: Final = 5.0
"""Seconds after which it is looked up again who reads: a session that ended ends the stream, other roles change it."""


@router.get(
    "/stream",
    response_class=Response,
    responses={200: {"content": {"text/event-stream": {}}, "description": "Frames without end"}, **problems(Problem)},
)
async def read_stream(
    request: Request,
    clock: TheClock,
    caller: Annotated[Caller, Depends(Allow(Permission.STREAM_READ, uses=False))],
    last_event_id: Annotated[str | None, Header()] = None,
    after: Annotated[int | None, Query(ge=0, le=2**62)] = None,
) -> Response:
    """Resumes after `Last-Event-ID` (or `after`); a `reset` frame says that too much was missed: read all anew."""
    since = int(last_event_id) if last_event_id is not None and last_event_id.isdecimal() else after
    client = Client(_sees(caller))
    return EventStream(_frames(request, client, since, clock), client.cut)


def _sees(caller: Caller) -> dict[str, Sites]:
    both = caller.sites(Permission.STREAM_READ)
    return {name: _both(both, caller.sites(needed)) for name, needed in NEEDED.items()}


def _both(one: Sites, other: Sites) -> Sites:
    if one is None or other is None:
        return other if one is None else one
    return one & other


async def _frames(request: Request, client: Client, since: int | None, clock: Clock) -> AsyncIterator[bytes]:
    hub = cast("Hub", request.app.state.hub)
    latest = cast("Latest", request.app.state.latest)
    with hub.reading(client) as now_at:
        missed = await hub.missed(client, since, now_at) if since is not None else []
        if missed is None:
            yield f"id: {now_at}\nevent: reset\ndata: {{}}\n\n".encode()
        for frame in missed or ():
            yield frame
        yield heartbeat(clock, now_at)
        for site in latest.sites():
            if client.may_see("values", site) and (values := latest.of(site)):
                yield values_frame(site, values)
        looked = asyncio.get_running_loop().time()
        while True:
            yield await client.frames.get()
            if asyncio.get_running_loop().time() - looked > LOOK_AGAIN:
                looked = asyncio.get_running_loop().time()
                if not await _still_in(request, client):
                    return


async def _still_in(request: Request, client: Client) -> bool:
    """Whether the session lives; what it may see from now on. A store that is away changes nothing."""
    try:
        caller = await request.app.state.authenticator.still(request)
    except Problem as problem:
        return problem.status != 401
    if caller is None or not caller.may_somewhere(Permission.STREAM_READ):
        return False
    client.sees = _sees(caller)
    return True
