"""One subscription to many nodes and to events: made in parts, listened to, and known to be alive or not."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, cast

from asyncua import ua
from asyncua.ua.attribute_ids import AttributeIds
from asyncua.ua.status_codes import StatusCodes

from drivers.base import Bound
from drivers.opcua.event_filter import event_filter
from drivers.opcua.naming import address_of
from drivers.opcua.session import Session
from facility.errors import LineDown

_log = logging.getLogger(__name__)

KEEP_ALIVE: Final = 1.0
"""Seconds after which the server says that nothing changed."""
OUTLIVES: Final = 60.0
"""Seconds that the server keeps a subscription that nobody listens to."""

UNFILTERED: Final = frozenset(
    {
        StatusCodes.BadFilterNotAllowed,
        StatusCodes.BadDeadbandFilterInvalid,
        StatusCodes.BadMonitoredItemFilterInvalid,
        StatusCodes.BadMonitoredItemFilterUnsupported,
    }
)
"""How a server says that it has no such filter."""
SERVER: Final = ua.NodeId(ua.Int32(2253), ua.Int16(0))
EVENTS: Final = 2**32 - 1
"""Client handle of the events."""

Take = Callable[[list[Any]], Awaitable[None]]


class Subscription:
    """`take` gets the changes, `hear` the events, one publication after the other: the server waits while it works."""

    def __init__(self, session: Session, take: Take, hear: Take | None = None) -> None:
        self._session = session
        self._take = take
        self._hear = hear
        self._heard = 0.0
        self._taking = False
        self._silence = 0.0
        self.id = 0

    async def make(self, publishing: float) -> None:
        """Make it; UaError where the server offers no subscriptions."""
        self._heard = asyncio.get_running_loop().time()
        made = await self._session.services.create_subscription(_parameters(publishing), self._published)
        self._silence = 3 * int(made.RevisedMaxKeepAliveCount) * float(made.RevisedPublishingInterval) / 1000
        self.id = made.SubscriptionId

    async def monitor(
        self, points: Sequence[Bound], nodes: Sequence[ua.NodeId], places: Sequence[int]
    ) -> dict[int, int]:
        """Listen to the variables at these places; the status codes of those that the server refused, by place."""
        codes = await self._create([_item(i, points[i], nodes[i]) for i in places])
        refused = {i: code for i, code in zip(places, codes, strict=True) if code}
        plain = [i for i, code in refused.items() if code in UNFILTERED and address_of(points[i]).deadband]
        if plain:
            _log.warning("%s: no deadband for %s", self._session.where, ", ".join(points[i].id for i in plain))
            again = await self._create([_item(i, points[i], nodes[i], deadband=False) for i in plain])
            refused = {i: c for i, c in (refused | dict(zip(plain, again, strict=True))).items() if c}
        return refused

    async def listen(self) -> int:
        """Listen to the server's conditions; the status code, 0 where it does."""
        code = 0
        for narrow in (True, False):
            [code] = await self._create([_events(narrow=narrow)])
            if not code:
                break
        return code

    async def _create(self, items: list[ua.MonitoredItemCreateRequest]) -> list[int]:
        codes: list[int] = []
        for first in range(0, len(items), self._session.most_monitored):
            wanted = ua.CreateMonitoredItemsParameters()
            wanted.SubscriptionId = self.id
            wanted.TimestampsToReturn = ua.TimestampsToReturn.Both
            wanted.ItemsToCreate = items[first : first + self._session.most_monitored]
            results = await self._session.services.create_monitored_items(wanted)
            if len(results) != len(wanted.ItemsToCreate):
                raise LineDown(
                    f"{self._session.where}: asked to monitor {len(wanted.ItemsToCreate)}, told {len(results)}"
                )
            codes += [0 if r.StatusCode.is_good() else int(r.StatusCode.value) for r in results]
        return codes

    @property
    def alive(self) -> bool:
        """Whether the server has spoken of the subscription lately, if only to say that nothing changed."""
        return self._taking or asyncio.get_running_loop().time() - self._heard <= self._silence

    async def _published(self, result: ua.PublishResult) -> None:
        self._taking = True
        try:
            for notification in result.NotificationMessage.NotificationData or ():
                if isinstance(notification, ua.DataChangeNotification):
                    await self._take(notification.MonitoredItems)
                elif isinstance(notification, ua.EventNotificationList) and self._hear is not None:
                    await self._hear(notification.Events)
                elif isinstance(notification, ua.StatusChangeNotification) and not notification.Status.is_good():
                    why = f"{self._session.where}: the server ended our subscription: {notification.Status.name}"
                    self._session.end(LineDown(why))
        except Exception as error:  # noqa: BLE001 - asyncua would log it and go on; the line must end of it
            self._session.end(error)
        finally:
            self._taking = False
            self._heard = asyncio.get_running_loop().time()


def _parameters(publishing: float) -> ua.CreateSubscriptionParameters:
    wanted = ua.CreateSubscriptionParameters()
    wanted.RequestedPublishingInterval = publishing * 1000
    wanted.RequestedMaxKeepAliveCount = max(1, round(KEEP_ALIVE / publishing))
    wanted.RequestedLifetimeCount = max(3 * wanted.RequestedMaxKeepAliveCount, round(OUTLIVES / publishing))
    wanted.MaxNotificationsPerPublish = 10_000
    wanted.PublishingEnabled = True
    return wanted


def _item(handle: int, point: Bound, node: ua.NodeId, *, deadband: bool = True) -> ua.MonitoredItemCreateRequest:
    address = address_of(point)
    item = _asked(handle, node, AttributeIds.Value, address.queue)
    item.RequestedParameters.SamplingInterval = 1000 * (address.sampling or point.period)
    if deadband and address.deadband is not None:
        chosen: Any = ua.DataChangeFilter()
        chosen.Trigger = ua.DataChangeTrigger.StatusValue
        percent = address.deadband.percent is not None
        chosen.DeadbandType = ua.UInt32(ua.DeadbandType.Percent if percent else ua.DeadbandType.Absolute)
        chosen.DeadbandValue = address.deadband.percent if percent else address.deadband.absolute
        item.RequestedParameters.Filter = chosen
    return item


def _events(*, narrow: bool) -> ua.MonitoredItemCreateRequest:
    item = _asked(EVENTS, SERVER, AttributeIds.EventNotifier, 1_000)
    item.RequestedParameters.SamplingInterval = 0.0
    item.RequestedParameters.Filter = cast("Any", event_filter(narrow=narrow))
    return item


def _asked(handle: int, node: ua.NodeId, attribute: AttributeIds, queue: int) -> ua.MonitoredItemCreateRequest:
    item = ua.MonitoredItemCreateRequest()
    item.ItemToMonitor.NodeId = node
    item.ItemToMonitor.AttributeId = attribute
    item.MonitoringMode = ua.MonitoringMode.Reporting
    item.RequestedParameters.ClientHandle = ua.UInt32(handle)
    item.RequestedParameters.QueueSize = ua.UInt32(queue)
    item.RequestedParameters.DiscardOldest = True
    return item
