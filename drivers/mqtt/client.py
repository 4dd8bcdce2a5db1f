"""paho on the event loop: the one place where its callbacks are bridged."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Mapping
from typing import Any

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from drivers.mqtt.connection import Connection
from facility.errors import LineDown

_log = logging.getLogger(__name__)

Message = paho.MQTTMessage


class Client:
    """One connection to a broker. `on_message` is called on the loop; acknowledge with `ack` when it is safe."""

    def __init__(self, name: str, connection: Connection, on_message: Callable[[Message], None]) -> None:
        self._name = name
        self._connection = connection
        self._on_message = on_message
        self._loop = asyncio.get_running_loop()
        self._connected: asyncio.Future[str] = self._loop.create_future()
        self._subscribed: dict[int, asyncio.Future[list[ReasonCode]]] = {}
        self.lost: asyncio.Future[str] = self._loop.create_future()
        self._client = self._made()
        self._misc: asyncio.Task[None] | None = None

    def _made(self) -> paho.Client:
        at = self._connection
        five = at.version == "5"
        client = paho.Client(
            CallbackAPIVersion.VERSION2,
            client_id=at.client_id or f"gatehouse-{self._name}",
            clean_session=None if five else False,
            protocol=paho.MQTTv5 if five else paho.MQTTv311,
            manual_ack=True,
            reconnect_on_failure=False,
        )
        client.connect_timeout = at.connect_timeout
        if at.username is not None or at.password is not None:
            client.username_pw_set(at.username, at.password.get_secret_value() if at.password else None)
        if at.tls:
            client.tls_set(
                ca_certs=str(at.ca) if at.ca else None,
                certfile=str(at.certificate) if at.certificate else None,
                keyfile=str(at.key) if at.key else None,
            )
        client.on_connect = self._connect_answered
        client.on_disconnect = self._disconnected
        client.on_subscribe = self._subscribe_answered
        client.on_message = lambda _c, _u, message: self._on_message(message)
        client.on_socket_open = self._socket_open
        client.on_socket_close = self._socket_close
        client.on_socket_register_write = lambda _c, _u, sock: self._soon(
            self._loop.add_writer, sock, client.loop_write
        )
        client.on_socket_unregister_write = lambda _c, _u, sock: self._soon(self._write_done, sock)
        return client

    async def connect(self) -> None:
        """Open and log in; LineDown says why not."""
        at = self._connection
        options: dict[str, Any] = {}
        if at.version == "5":
            properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
            properties.SessionExpiryInterval = round(at.session)
            options = {"clean_start": False, "properties": properties}
        try:
            # paho connects and shakes hands blocking; everything after that is the loop's.
            await asyncio.to_thread(self._client.connect, at.host, at.tcp_port, round(at.keepalive), **options)
            self._misc = asyncio.create_task(self._keep_alive(), name=f"mqtt {self._name}")
            why = await asyncio.wait_for(self._connected, at.connect_timeout)
        except (OSError, TimeoutError, ValueError) as error:
            await self.close()
            raise LineDown(f"broker {at.host}:{at.tcp_port}: {str(error) or 'no answer'}") from error
        if why:
            await self.close()
            raise LineDown(f"broker {at.host}:{at.tcp_port} refuses us: {why}")

    async def subscribe(self, topics: Mapping[str, int]) -> list[str]:
        """Subscribe; the topics that the broker refused."""
        if not topics:
            return []
        prefix = f"$share/{self._connection.share}/" if self._connection.share else ""
        filters: list[Any] = (
            [(prefix + t, SubscribeOptions(qos=q)) for t, q in topics.items()]
            if self._connection.version == "5"
            else list(topics.items())
        )
        _, mid = self._client.subscribe(filters)
        if mid is None:
            raise LineDown("the broker closed the connection")
        answer = self._subscribed[mid] = self._loop.create_future()
        try:
            codes = await asyncio.wait_for(answer, self._connection.connect_timeout)
        except TimeoutError as error:
            raise LineDown("the broker did not answer the subscription") from error
        return [t for t, code in zip(topics, codes, strict=False) if code.is_failure]

    def ack(self, message: Message) -> None:
        """Tell the broker that it may forget the message."""
        if message.qos:
            self._client.ack(message.mid, message.qos)

    async def close(self) -> None:
        """Say goodbye if there is anybody, and let go of the socket."""
        with contextlib.suppress(Exception):
            self._client.disconnect()
        if self._misc is not None:
            self._misc.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._misc

    async def _keep_alive(self) -> None:
        while not self.lost.done():
            self._client.loop_misc()
            await asyncio.wait([self.lost], timeout=1)

    def _soon(self, call: Callable[..., object], *arguments: object) -> None:
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(call, *arguments)

    def _socket_open(self, client: paho.Client, _data: object, sock: Any) -> None:
        self._soon(self._loop.add_reader, sock, client.loop_read)

    def _write_wanted(self, client: paho.Client, _data: object, sock: Any) -> None:
        self._soon(self._loop.add_writer, sock, client.loop_write)

    def _write_done(self, sock: Any) -> None:
        # A socket that is closed by now has left the loop already.
        if sock.fileno() >= 0:
            self._loop.remove_writer(sock)

    def _socket_close(self, _client: paho.Client, _data: object, sock: Any) -> None:
        # At once, not soon: the number of a closed socket may belong to another one a moment later.
        with contextlib.suppress(ValueError, RuntimeError):
            self._loop.remove_reader(sock)
            self._loop.remove_writer(sock)

    def _connect_answered(self, _c: object, _u: object, _flags: object, code: ReasonCode, _p: object) -> None:
        if not self._connected.done():
            self._connected.set_result(str(code) if code.is_failure else "")

    def _subscribe_answered(self, _c: object, _u: object, mid: int, codes: list[ReasonCode], _p: object) -> None:
        if (answer := self._subscribed.pop(mid, None)) is not None and not answer.done():
            answer.set_result(codes)

    def _disconnected(self, _c: object, _u: object, _flags: object, code: ReasonCode, _p: object) -> None:
        if not self._connected.done():
            self._connected.set_result(str(code))
        if not self.lost.done():
            self.lost.set_result(str(code))
