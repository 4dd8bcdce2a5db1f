"""What may leave the driver: questions, subscriptions, a checked write, and of all methods ConditionRefresh alone."""

from __future__ import annotations

from typing import Any, Final

from asyncua import ua
from asyncua.client.ua_client import UaClient

from facility.errors import Refused

CONDITION_TYPE: Final = ua.NodeId(ua.Int32(2782), ua.Int16(0))
CONDITION_REFRESH: Final = ua.NodeId(ua.Int32(3875), ua.Int16(0))
"""It asks the server to tell again which conditions hold, and changes nothing there (Part 9, 5.5.7)."""
ALLOWED: Final = (
    ua.GetEndpointsRequest, ua.CreateSessionRequest, ua.ActivateSessionRequest, ua.CloseSessionRequest,
    ua.ReadRequest, ua.WriteRequest, ua.HistoryReadRequest, ua.BrowseRequest, ua.BrowseNextRequest,
    ua.TranslateBrowsePathsToNodeIdsRequest, ua.CreateSubscriptionRequest, ua.DeleteSubscriptionsRequest,
    ua.CreateMonitoredItemsRequest, ua.PublishRequest,
)  # fmt: skip


def check(request: object) -> None:
    """Refused where a request would do anything to a server but answer or take a value."""
    if isinstance(request, ua.CallRequest):
        for one in request.Parameters.MethodsToCall:
            if (one.ObjectId, one.MethodId) != (CONDITION_TYPE, CONDITION_REFRESH):
                raise Refused(f"the method {one.MethodId.to_string()} is never called: only ConditionRefresh is")
    elif not isinstance(request, ALLOWED):
        raise Refused(f"{type(request).__name__} is never sent")


def guard(client: UaClient) -> None:
    """Check everything that this client sends, whoever asks it to."""
    send = client._send_request  # noqa: SLF001 - the one place through which every request goes

    async def checked(request: Any, *rest: Any, **more: Any) -> Any:
        check(request)
        return await send(request, *rest, **more)

    vars(client)["_send_request"] = checked


def refresh(subscription: int) -> ua.CallMethodRequest:
    """The one call that is allowed."""
    call = ua.CallMethodRequest()
    call.ObjectId, call.MethodId = CONDITION_TYPE, CONDITION_REFRESH
    call.InputArguments = [ua.Variant(subscription, ua.VariantType.UInt32)]
    return call
