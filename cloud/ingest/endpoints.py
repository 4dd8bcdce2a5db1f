"""POST /gateways/{id}/events: the one door for what gateways have to tell."""

from __future__ import annotations

from typing import Annotated, Final

import orjson
from fastapi import APIRouter, Depends, Request, Response
from prometheus_client import Counter

from cloud.caller import Allow, Caller
from cloud.errors import Forbidden, Problem, TooLarge, Unavailable, UnknownInventory, Unprocessable, problems
from cloud.gateways.access import own_gateway
from cloud.ingest.reading import read_delivery
from cloud.ingest.taking import Delivery, Result
from cloud.permissions import Permission
from facility.event import EventResults, Verdict

PREFIX: Final = "/api/v1"
PATH: Final = "/gateways/{id}/events"
router = APIRouter(prefix=PREFIX, tags=["gateways"])
EVENTS = Counter("gatehouse_events", "Events that gateways delivered", ["verdict"])
_COUNTED: Final = {verdict: EVENTS.labels(verdict.value) for verdict in Verdict}
BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/EventBatch"}}},
    }
}
ALLOWED: Final = Allow(Permission.EVENT_SEND)


@router.post(
    PATH,
    response_model=EventResults,
    responses=problems(Problem, Forbidden, UnknownInventory, TooLarge, Unprocessable, Unavailable),
    openapi_extra=BODY,
)
async def post_events(request: Request, caller: Annotated[Caller, Depends(ALLOWED)], id: str) -> Response:
    """Each item is accepted, a duplicate, in conflict, or rejected with its reason; accepted means on disk."""
    own_gateway(caller, id)
    items = read_delivery(await request.body())
    state = request.app.state
    found = await state.gatherer.take(Delivery(caller.site, id, items, state.clock.now()))
    results = [result for result in found if isinstance(result, Result)]
    if len(results) < len(found):
        missing = ", ".join(str(revision) for revision in found)
        raise UnknownInventory(
            f"设备清单 {missing} 尚未上送:请先上送,再重发这些事件 · "
            f"nobody has sent the inventory {missing}: PUT it, then send these events again"
        )
    for result in results:
        _COUNTED[result.verdict].inc()
    return Response(orjson.dumps({"results": results}), media_type="application/json")
