"""One session with a server: connect with the right security, name the nodes, subscribe, watch, read."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Self

from asyncua import ua
from asyncua.client.client import Client
from asyncua.common.utils import ServiceError
from asyncua.crypto import security_policies
from asyncua.ua.attribute_ids import AttributeIds
from asyncua.ua.status_codes import StatusCodes
from asyncua.ua.uaerrors import UaError
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from drivers.base import Bound
from drivers.opcua.address import Address
from drivers.opcua.connection import Connection
from facility.errors import ConfigError, LineDown

_log = logging.getLogger(__name__)

SERVER_STATE = ua.NodeId(ua.Int32(2259), ua.Int16(0))
KEEP_ALIVE = 1.0
"""Seconds after which the server says that nothing changed."""
ERRORS = (OSError, TimeoutError, UaError)


class Session:
    """`async with` connects; LineDown says why it could not."""

    def __init__(self, name: str, connection: Connection) -> None:
        self._name = name
        self._connection = connection
        self._client = Client(connection.url, timeout=connection.timeout, watchdog_intervall=connection.timeout)
        self._client.application_uri = connection.application
        self._client.name = self._client.description = "Gatehouse"
        if connection.username is not None:
            self._client.set_user(connection.username)
        if connection.password is not None:
            self._client.set_password(connection.password.get_secret_value())
        self.lost = asyncio.Event()
        """Set when the connection breaks."""
        self._client.connection_lost_callback = self._lose
        self._heard = 0.0
        self._silence = 0.0
        """Seconds without a publication after which the subscription is held to be dead; 0: none yet."""

    async def __aenter__(self) -> Self:
        at = self._connection
        try:
            async with asyncio.timeout(4 * at.timeout):
                if at.security != "None":
                    await self._secure()
                await self._client.connect()
        except ERRORS as error:
            await self._drop()
            raise LineDown(f"{at.url}: {_said(error)}") from error
        except BaseException:
            await self._drop()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        with contextlib.suppress(*ERRORS):
            async with asyncio.timeout(2):
                await self._client.disconnect()
        await self._drop()

    async def _lose(self, _error: Exception) -> None:
        self.lost.set()

    async def _drop(self) -> None:
        self._client.disconnect_socket()

    async def _secure(self) -> None:
        at = self._connection
        policy, mode = at.security.split("/")
        self._client.certificate_validator = self._trusted
        await self._client.set_security(
            getattr(security_policies, f"SecurityPolicy{policy}"),
            certificate=str(at.certificate),
            private_key=str(at.key),
            mode=getattr(ua.MessageSecurityMode, mode),
        )
        server = self._client.security_policy.peer_certificate
        if server is not None:
            await self._trusted(x509.load_der_x509_certificate(server), None)

    async def _trusted(self, certificate: x509.Certificate, _description: Any) -> None:
        """Only certificates that a person has put into the folder are believed."""
        der = certificate.public_bytes(Encoding.DER)
        print_ = hashlib.sha256(der).hexdigest()
        folder = self._connection.trusted
        known = [f.read_bytes() for f in folder.glob("*.der")] if folder.is_dir() else []
        if der not in known:
            rejected = folder.parent / "rejected" / f"{print_[:16]}.der"
            rejected.parent.mkdir(parents=True, exist_ok=True)
            rejected.write_bytes(der)
            raise ConfigError(
                f"the server's certificate is not trusted yet; its SHA-256 is {print_}. "
                f"Compare it at the server, then: mkdir -p {folder} && mv {rejected} {folder}"
            )
        if certificate.not_valid_after_utc < datetime.now(UTC):
            raise ServiceError(StatusCodes.BadCertificateTimeInvalid)

    async def nodes(self, points: Sequence[Bound]) -> list[ua.NodeId]:
        """The node id of each point, namespaces looked up by their names."""
        names = await self._client.get_namespace_array()
        return [_node(point, names) for point in points]

    async def read(self, nodes: Sequence[ua.NodeId]) -> list[ua.DataValue]:
        """The data values of nodes, bad ones too, in one request."""
        try:
            return await self._client.uaclient.session.read_attributes(list(nodes), AttributeIds.Value)
        except ERRORS as error:
            raise LineDown(f"{self._connection.url}: {_said(error)}") from error

    async def subscribe(
        self, points: Sequence[Bound], nodes: Sequence[ua.NodeId], take: Callable[[list[Any]], Awaitable[None]]
    ) -> dict[int, int]:
        """Subscribe to all; the status codes of those that the server refused, by place. `take` gets the changes.

        Raises UaError where the server offers no subscriptions.
        """
        loop = asyncio.get_running_loop()

        async def published(result: ua.PublishResult) -> None:
            self._heard = loop.time()
            for notification in result.NotificationMessage.NotificationData or ():
                if isinstance(notification, ua.DataChangeNotification):
                    await take(notification.MonitoredItems)

        session = self._client.uaclient.session
        made = await session.create_subscription(self._parameters(), published)
        wanted = ua.CreateMonitoredItemsParameters()
        wanted.SubscriptionId = made.SubscriptionId
        wanted.TimestampsToReturn = ua.TimestampsToReturn.Both
        wanted.ItemsToCreate = [_item(i, p, n) for i, (p, n) in enumerate(zip(points, nodes, strict=True))]
        results = await session.create_monitored_items(wanted)
        interval, count = float(made.RevisedPublishingInterval), int(made.RevisedMaxKeepAliveCount)
        self._heard, self._silence = loop.time(), 3 * count * interval / 1000
        return {i: int(r.StatusCode.value) for i, r in enumerate(results) if not r.StatusCode.is_good()}

    def _parameters(self) -> ua.CreateSubscriptionParameters:
        wanted = ua.CreateSubscriptionParameters()
        wanted.RequestedPublishingInterval = self._connection.publishing * 1000
        wanted.RequestedLifetimeCount = 10_000
        wanted.RequestedMaxKeepAliveCount = max(1, round(KEEP_ALIVE / self._connection.publishing))
        wanted.MaxNotificationsPerPublish = 10_000
        wanted.PublishingEnabled = True
        return wanted

    @property
    def keeps_subscription(self) -> bool:
        """Whether the server has spoken of the subscription lately, if only to say that nothing changed."""
        return asyncio.get_running_loop().time() - self._heard <= self._silence

    async def alive(self) -> None:
        """One small question; LineDown where no answer comes, also from a server that hangs without closing."""
        try:
            async with asyncio.timeout(self._connection.timeout):
                await self.read([SERVER_STATE])
        except TimeoutError as error:
            raise LineDown(f"{self._connection.url}: the server hangs") from error
        if self._silence and not self.keeps_subscription:
            raise LineDown(f"{self._connection.url}: the server has forgotten our subscription")


def _item(handle: int, point: Bound, node: ua.NodeId) -> ua.MonitoredItemCreateRequest:
    address = point.address
    if not isinstance(address, Address):
        raise TypeError(f"{point.id} is bound to another protocol")
    item = ua.MonitoredItemCreateRequest()
    item.ItemToMonitor.NodeId = node
    item.ItemToMonitor.AttributeId = AttributeIds.Value
    item.MonitoringMode = ua.MonitoringMode.Reporting
    item.RequestedParameters.ClientHandle = ua.UInt32(handle)
    item.RequestedParameters.SamplingInterval = 1000 * (address.sampling or point.period)
    item.RequestedParameters.QueueSize = ua.UInt32(address.queue)
    item.RequestedParameters.DiscardOldest = True
    return item


def _node(point: Bound, namespaces: Sequence[str]) -> ua.NodeId:
    address = point.address
    if not isinstance(address, Address):
        raise TypeError(f"{point.id} is bound to another protocol")
    text = address.node.replace("{unit}", str(point.unit)).replace("{instance}", point.instance)
    if text.startswith("nsu="):
        uri, _, rest = text.removeprefix("nsu=").partition(";")
        # An index that no server has: the point then comes back as unknown, and the others are read.
        index = namespaces.index(uri) if uri in namespaces else 65_535
        text = f"ns={index};{rest}"
    return ua.NodeId.from_string(text)


def _said(error: BaseException) -> str:
    return str(error) or type(error).__name__
