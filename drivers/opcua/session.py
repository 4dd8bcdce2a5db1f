"""One session with a server: connect with the right security, name the nodes, read, write, and let go whole."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import struct
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, Self

from asyncua import ua
from asyncua.client.ua_session import UaSession
from asyncua.ua.attribute_ids import AttributeIds
from asyncua.ua.uaerrors import UaError
from cryptography.exceptions import InvalidSignature

from drivers.base import Bound
from drivers.opcua import naming
from drivers.opcua.connection import Connection
from drivers.opcua.securing import REFUSED, SafeClient
from drivers.opcua.values import nanoseconds
from facility.errors import LineDown

# Every cut connection is a traceback there; what it means is told to Health, once.
logging.getLogger("asyncua.client").setLevel(logging.CRITICAL)

ERRORS: Final = (
    OSError, TimeoutError, UaError, ValueError, struct.error, InvalidSignature,
    LookupError, ArithmeticError, TypeError, AttributeError, RecursionError,
)  # fmt: skip
"""What asyncua raises when a server is away, refuses, or answers what can't be read: whatever it stumbles over."""
CURRENT_TIME: Final = ua.NodeId(ua.Int32(2258), ua.Int16(0))
"""Of the server's status: its clock, which every server has (Part 5, 6.3.1)."""
LIMITS: Final = (ua.NodeId(ua.Int32(11_705), ua.Int16(0)), ua.NodeId(ua.Int32(11_714), ua.Int16(0)))
"""MaxNodesPerRead, MaxMonitoredItemsPerCall (Part 5, OperationLimitsType)."""
MOST: Final = 1_000
"""Nodes in one request, where the server allows more."""
LASTS: Final = 60.0
"""Seconds that a server keeps a session that we left without a word; small ones have room for few."""
GOODBYE: Final = 2.0
RARELY: Final = 86_400.0
"""Seconds between asyncua's own questions whether the server lives: the line asks itself."""


class Session:
    """`async with` connects; LineDown says why it could not, ConfigError what a person must do first."""

    def __init__(self, name: str, connection: Connection) -> None:
        self.where = connection.url
        self._connection = connection
        self._client = SafeClient(connection, timeout=connection.timeout, watchdog_intervall=RARELY)
        self._client.application_uri = connection.application
        self._client.name = "Gatehouse"
        self._client.description = f"Gatehouse {name}"
        self._client.session_timeout = round(LASTS * 1000)
        self._client.connection_lost_callback = self._lose
        self.lost: asyncio.Future[Exception] = asyncio.get_running_loop().create_future()
        """Done with the reason when the connection or the subscription has ended."""
        self.most_monitored = self._most_read = MOST

    async def __aenter__(self) -> Self:
        try:
            async with asyncio.timeout(4 * self._connection.timeout):
                if self._connection.security != "None":
                    await self._client.secure()
                await self._client.connect()
                await self._learn_limits()
        except REFUSED as error:
            await self._drop()
            raise LineDown(f"{self.where} does not let {self._connection.who} in: {error}") from error
        except ERRORS as error:
            await self._drop()
            raise self.down(error) from error
        except BaseException:
            await self._drop()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        if not self.lost.done():
            with contextlib.suppress(*ERRORS):
                async with asyncio.timeout(GOODBYE):
                    await self._client.disconnect()
        await self._drop()

    @property
    def services(self) -> UaSession:
        """OPC UA's services, as asyncua offers them."""
        return self._client.uaclient.session

    def end(self, why: Exception) -> None:
        """Nothing more is expected of this session."""
        if not self.lost.done():
            self.lost.set_result(why)

    def down(self, error: BaseException) -> LineDown:
        """What went wrong, in words."""
        said = str(error) or type(error).__name__
        if isinstance(error, TimeoutError):
            said = f"no answer in {self._connection.timeout:g} s"
        return LineDown(f"{self.where}: {said}")

    async def namespaces(self) -> list[str]:
        """The URIs of the server's namespaces, by index."""
        try:
            return list(await self._client.get_namespace_array())
        except ERRORS as error:
            raise self.down(error) from error

    async def nodes(self, points: Sequence[Bound]) -> list[ua.NodeId]:
        """The node id of each point; NOWHERE for one that the server does not have."""
        try:
            names = await self._client.get_namespace_array()
            nodes = [naming.NOWHERE if naming.address_of(p).path else naming.node_of(p, names) for p in points]
            paths = [
                (i, naming.browse_path(p, names))
                for i, p in enumerate(points)
                if naming.address_of(p).path and not naming.address_of(p).is_pattern
            ]
            for some in _parts([(i, path) for i, path in paths if path is not None], self._most_read):
                answers = await self.services.translate_browsepaths_to_nodeids([path for _, path in some])
                for (i, _), answer in zip(some, answers, strict=True):
                    nodes[i] = naming.found(answer)
        except ERRORS as error:
            raise self.down(error) from error
        return nodes

    async def read(self, nodes: Sequence[ua.NodeId]) -> list[ua.DataValue]:
        """The data values of nodes, bad ones too, in as few requests as the server allows."""
        found: list[ua.DataValue] = []
        try:
            for some in _parts(list(nodes), self._most_read):
                found += await self.services.read_attributes(some, AttributeIds.Value)
        except ERRORS as error:
            raise self.down(error) from error
        if len(found) != len(nodes):
            raise LineDown(f"{self.where}: asked for {len(nodes)} values, the server answered {len(found)}")
        return found

    async def alive(self) -> int:
        """The server's time, 0 where it does not say; LineDown where no answer comes, also where it hangs."""
        [found] = await self.read([CURRENT_TIME])
        said = found.Value.Value if found.Value is not None else None
        return nanoseconds(said if isinstance(said, datetime) else found.ServerTimestamp) or 0

    async def _lose(self, error: Exception) -> None:
        self.end(self.down(error))

    async def _drop(self) -> None:
        """Close the socket whatever the far end does, and end asyncua's own tasks."""
        client, low = self._client, self._client.uaclient
        transport = low.protocol.transport if low.protocol is not None else None
        client.disconnect_socket()
        if transport is not None:
            transport.abort()
        tasks = (
            client._supervisor_task, client._stale_watchdog_task, client._renew_channel_task,  # noqa: SLF001
            low.session._publish_task,  # noqa: SLF001
        )  # fmt: skip
        running = [t for t in tasks if t is not None]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    async def _learn_limits(self) -> None:
        for found, name in zip(
            await self.services.read_attributes(list(LIMITS), AttributeIds.Value),
            ("_most_read", "most_monitored"),
            strict=True,
        ):
            limit = found.Value.Value if found.Value is not None else None
            if isinstance(limit, int) and 0 < limit < MOST:
                setattr(self, name, limit)


def _parts(whole: list[Any], most: int) -> list[list[Any]]:
    return [whole[i : i + most] for i in range(0, len(whole), most)]
