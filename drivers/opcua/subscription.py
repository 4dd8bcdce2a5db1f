"""One subscription to many nodes: made in parts, listened to, and known to be alive or not."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

from asyncua import ua
from asyncua.ua.attribute_ids import AttributeIds

from drivers.base import Bound
from drivers.opcua.naming import address_of
from drivers.opcua.session import Session
from facility.errors import LineDown

_log = logging.getLogger(__name__)

KEEP_ALIVE: Final = 1.0
"""Seconds after which the server says that nothing changed."""
OUTLIVES: Final = 60.0
"""Seconds that the server keeps a subscription that nobody listens to."""

Take = Callable[[list[Any]], Awaitable[None]]


class Subscription:
    """`take` gets the changes, one publication after the other: the server waits while it works."""

    def __init__(self, session: Session, take: Take) -> None:
        self._session = session
        self._take = take
        self._heard = 0.0
        self._taking = False
        self._silence = 0.0

    async def make(self, points: Sequence[Bound], nodes: Sequence[ua.NodeId], publishing: float) -> dict[int, int]:
        """Subscribe to all; the status codes of those that the server refused, by place.

        Raises UaError where the server offers no subscriptions.
        """
        services = self._session.services
        self._heard = asyncio.get_running_loop().time()
        made = await services.create_subscription(_parameters(publishing), self._published)
        self._silence = 3 * int(made.RevisedMaxKeepAliveCount) * float(made.RevisedPublishingInterval) / 1000
        refused: dict[int, int] = {}
        for first in range(0, len(points), self._session.most_monitored):
            some = range(first, min(first + self._session.most_monitored, len(points)))
            wanted = ua.CreateMonitoredItemsParameters()
            wanted.SubscriptionId = made.SubscriptionId
            wanted.TimestampsToReturn = ua.TimestampsToReturn.Both
            wanted.ItemsToCreate = [_item(i, points[i], nodes[i]) for i in some]
            results = await services.create_monitored_items(wanted)
            refused |= {
                i: int(r.StatusCode.value) for i, r in zip(some, results, strict=True) if not r.StatusCode.is_good()
            }
        return refused

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


def _item(handle: int, point: Bound, node: ua.NodeId) -> ua.MonitoredItemCreateRequest:
    address = address_of(point)
    item = ua.MonitoredItemCreateRequest()
    item.ItemToMonitor.NodeId = node
    item.ItemToMonitor.AttributeId = AttributeIds.Value
    item.MonitoringMode = ua.MonitoringMode.Reporting
    item.RequestedParameters.ClientHandle = ua.UInt32(handle)
    item.RequestedParameters.SamplingInterval = 1000 * (address.sampling or point.period)
    item.RequestedParameters.QueueSize = ua.UInt32(address.queue)
    item.RequestedParameters.DiscardOldest = True
    return item
