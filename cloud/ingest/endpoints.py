"""POST /gateways/{id}/events: the one door for what gateways have to tell."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from prometheus_client import Counter

from cloud.caller import Allow, Caller
from cloud.dependencies import TheClock
from cloud.errors import Forbidden, Problem, TooLarge, Unavailable, UnknownInventory, Unprocessable, problems
from cloud.gateways.access import own_gateway
from cloud.ingest.reading import read_delivery
from cloud.ingest.taking import Delivery
from cloud.permissions import Permission
from facility.event import EventResult, EventResults

router = APIRouter(prefix="/api/v1", tags=["gateways"])
EVENTS = Counter("gatehouse_events", "Events that gateways delivered", ["verdict"])
BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/EventBatch"}}},
    }
}


@router.post(
    "/gateways/{id}/events",
    response_model=EventResults,
    responses=problems(Problem, Forbidden, UnknownInventory, TooLarge, Unprocessable, Unavailable),
    openapi_extra=BODY,
)
async def post_events(
    clock: TheClock,
    request: Request,
    caller: Annotated[Caller, Depends(Allow(Permission.EVENT_SEND))],
    id: str,
) -> Response:
    """Each item is accepted, a duplicate, in conflict, or rejected with its reason; accepted means on disk."""
    own_gateway(caller, id)
    items = read_delivery(await request.body())
    found = await request.app.state.gatherer.take(Delivery(caller.site, id, items, clock.now()))
    results = [result for result in found if isinstance(result, EventResult)]
    if len(results) < len(found):
        missing = ", ".join(str(revision) for revision in found)
        raise UnknownInventory(f"nobody has sent the inventory {missing}: PUT it, then send these events again")
    for result in results:
        EVENTS.labels(result.verdict.value).inc()
    return Response(EventResults(results=tuple(results)).model_dump_json(), media_type="application/json")
