"""POST /gateways/{id}/events: the one door for what gateways have to tell."""

from __future__ import annotations

from typing import Annotated, Final

import orjson
from fastapi import APIRouter, Depends, Request, Response
from prometheus_client import Counter
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from cloud.caller import Allow, Caller
from cloud.errors import Forbidden, Problem, TooLarge, Unavailable, UnknownInventory, Unprocessable, problems
from cloud.gateways.access import own_gateway
from cloud.ingest.reading import read_delivery
from cloud.ingest.taking import Delivery, Result
from cloud.permissions import Permission
from facility.event import EventResults, Verdict

router = APIRouter(prefix="/api/v1", tags=["gateways"])
PATH: Final = "/gateways/{id}/events"
EVENTS = Counter("gatehouse_events", "Events that gateways delivered", ["verdict"])
_COUNTED: Final = {verdict: EVENTS.labels(verdict.value) for verdict in Verdict}
BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/EventBatch"}}},
    }
}
_ALLOWED: Final = Allow(Permission.EVENT_SEND)


@router.post(
    PATH,
    response_model=EventResults,
    responses=problems(Problem, Forbidden, UnknownInventory, TooLarge, Unprocessable, Unavailable),
    openapi_extra=BODY,
)
async def post_events(request: Request, caller: Annotated[Caller, Depends(_ALLOWED)], id: str) -> Response:
    """Each item is accepted, a duplicate, in conflict, or rejected with its reason; accepted means on disk."""
    own_gateway(caller, id)
    items = read_delivery(await request.body())
    state = request.app.state
    found = await state.gatherer.take(Delivery(caller.site, id, items, state.clock.now()))
    results = [result for result in found if isinstance(result, Result)]
    if len(results) < len(found):
        missing = ", ".join(str(revision) for revision in found)
        raise UnknownInventory(f"nobody has sent the inventory {missing}: PUT it, then send these events again")
    for result in results:
        _COUNTED[result.verdict].inc()
    return Response(orjson.dumps({"results": results}), media_type="application/json")


class _Straight:
    """The same endpoint without what FastAPI does for others: that alone costs more than an event does."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive, send)
        answer = await post_events(request, await _ALLOWED(request), scope["path_params"]["id"])
        await answer(scope, receive, send)


class _First(Route):
    """Names itself in the scope, as FastAPI's routes do: requests are counted by it."""

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["route"] = self
        await super().handle(scope, receive, send)


def straight() -> BaseRoute:
    """To stand before all other routes."""
    return _First(f"{router.prefix}{PATH}", _Straight(), methods=["POST"], name="events", include_in_schema=False)
