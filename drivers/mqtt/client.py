"""paho on the event loop: the one place where its callbacks are bridged."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import ssl
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import paho.mqtt.client as paho
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from drivers.mqtt import opening
from drivers.mqtt.connection import Connection
from facility.errors import LineDown

_log = logging.getLogger(__name__)

Message = paho.MQTTMessage

TAKEN_OVER: Final = 0x8E
"""MQTT 5, reason code of a DISCONNECT: another client has logged in with our client id."""
AT_ONCE: Final = 200
"""Topics in one SUBSCRIBE; brokers limit the size of a packet."""


class TakenOver(LineDown):
    """The broker gave our session to another client of the same id."""


class Client:
    """One connection to a broker. `on_message` is called on the loop; acknowledge with `ack` when it is safe.

    `lasting`: the broker keeps the session, and what comes meanwhile, when we are away.
    """

    def __init__(
        self, client_id: str, connection: Connection, on_message: Callable[[Message], None], *, lasting: bool = True
    ) -> None:
        self._id = client_id
        self._connection = connection
        self._on_message = on_message
        self._lasting = lasting
        self._loop = asyncio.get_running_loop()
        self._connected: asyncio.Future[str] = self._loop.create_future()
        self._subscribed: dict[int, asyncio.Future[list[ReasonCode]]] = {}
        self.lost: asyncio.Future[LineDown] = self._loop.create_future()
        """Done when the connection has ended, with the reason."""
        self._client = opening.made(client_id, connection, lasting=lasting)
        self._bridge(self._client)
        self._misc: asyncio.Task[None] | None = None
        self._reading: Any = None
        """The socket that the loop reads, or None while it is held back."""

    def _bridge(self, client: paho.Client) -> None:
        client.on_connect = self._connect_answered
        client.on_disconnect = self._disconnected
        client.on_subscribe = self._subscribe_answered
        client.on_message = lambda _c, _u, message: self._on_message(message)
        client.on_socket_open = lambda _c, _u, sock: self._soon(self._read_from, sock)
        client.on_socket_close = self._socket_close
        client.on_socket_register_write = lambda _c, _u, sock: self._soon(self._write_wanted, sock)
        client.on_socket_unregister_write = lambda _c, _u, sock: self._soon(self._write_done, sock)

    @property
    def _where(self) -> str:
        return f"broker {self._connection.host}:{self._connection.tcp_port}"

    async def connect(self) -> None:
        """Open and log in; LineDown says why not."""
        try:
            await self._dial()
            self._misc = asyncio.create_task(self._keep_alive(), name=f"mqtt {self._id}")
            why = await self._log_in()
        except TimeoutError as error:
            self.drop()
            raise LineDown(f"{self._where}: no answer in {self._connection.connect_timeout:g} s") from error
        except (OSError, ValueError) as error:
            self.drop()
            raise LineDown(f"{self._where}: {error}") from error
        except asyncio.CancelledError:
            self.drop()
            raise
        if why:
            self.drop()
            raise LineDown(f"{self._where} refuses us: {why}")

    async def _log_in(self) -> str:
        """The broker's answer. `wait_for` of Python 3.11 swallows a cancellation that comes together with it."""
        done, _ = await asyncio.wait([self._connected], timeout=self._connection.connect_timeout)
        if not done:
            raise TimeoutError
        return self._connected.result()

    async def _dial(self) -> None:
        """Dial: paho connects and shakes hands blocking, in a thread of its own; all that follows is the loop's."""
        at = self._connection
        more = opening.options(at, lasting=self._lasting)
        thread = ThreadPoolExecutor(1, thread_name_prefix=f"mqtt {self._id}")
        dialling = self._loop.run_in_executor(
            thread, lambda: self._client.connect(at.host, at.tcp_port, round(at.keepalive), **more)
        )
        thread.shutdown(wait=False)
        # Until the name, the connection and the handshake have each had their time.
        done, _ = await self._outlived(dialling, 3 * at.connect_timeout)
        if not done:
            raise TimeoutError
        await dialling

    async def _outlived(self, dialling: asyncio.Future[Any], seconds: float) -> tuple[set[Any], set[Any]]:
        """Wait; what the thread opens after we have given up is closed when it comes."""
        try:
            return await asyncio.wait([dialling], timeout=seconds)
        finally:
            if not dialling.done():
                dialling.add_done_callback(self._too_late)

    def _too_late(self, dialling: asyncio.Future[Any]) -> None:
        if not dialling.cancelled():
            dialling.exception()
        self.drop()

    async def subscribe(self, topics: Mapping[str, int]) -> list[str]:
        """Subscribe; the topics that the broker refused."""
        names, refused = list(topics), []
        for first in range(0, len(names), AT_ONCE):
            some = names[first : first + AT_ONCE]
            codes = await self._ask_for({name: topics[name] for name in some})
            refused += [name for name, code in zip(some, codes, strict=False) if code.is_failure]
        return refused

    async def _ask_for(self, topics: Mapping[str, int]) -> list[ReasonCode]:
        prefix = f"$share/{self._connection.share}/" if self._connection.share else ""
        filters: list[Any] = (
            [(prefix + t, SubscribeOptions(qos=q)) for t, q in topics.items()]
            if self._connection.version == "5"
            else list(topics.items())
        )
        _, mid = self._client.subscribe(filters)
        if mid is None:
            raise LineDown(f"{self._where} closed the connection")
        answer = self._subscribed[mid] = self._loop.create_future()
        await asyncio.wait([answer, self.lost], timeout=self._connection.connect_timeout,
                           return_when=asyncio.FIRST_COMPLETED)  # fmt: skip
        if self.lost.done():
            raise self.lost.result()
        if not answer.done():
            raise LineDown(f"{self._where} did not answer the subscription")
        codes: list[ReasonCode] = answer.result()
        return codes

    def ask_for_birth(self, topic: str, payload: bytes) -> None:
        """Sparkplug's NCMD, the one thing that is ever published here; the answer, if any, is a birth."""
        self._client.publish(topic, payload, qos=0, retain=False)

    def ack(self, message: Message) -> None:
        """Tell the broker that it may forget the message."""
        if message.qos:
            self._client.ack(message.mid, message.qos)

    def hold(self) -> None:
        """Read no further: what comes waits in the network, and the broker with it."""
        if self._reading is not None:
            self._loop.remove_reader(self._reading)
            self._reading = None

    def go_on(self) -> None:
        """Read again after `hold`."""
        sock = self._client.socket()
        if self._reading is None and sock is not None:
            self._read_from(sock)
            self._readable()

    async def close(self) -> None:
        """Say goodbye if there is anybody, and let go of the socket."""
        if self._client.socket() is not None:
            self._client.disconnect()
            self._client.loop_write()
        self.drop()
        if self._misc is not None:
            await asyncio.wait([self._misc])

    def drop(self) -> None:
        """Let go of the socket at once, whatever the far end does."""
        self._end(LineDown(f"{self._where}: closed"))
        sock = self._client.socket()
        if sock is not None:
            self._socket_close(self._client, None, sock)
            sock.close()
        if self._misc is not None:
            self._misc.cancel()

    async def _keep_alive(self) -> None:
        while not self.lost.done():
            self._client.loop_misc()
            await asyncio.wait([self.lost], timeout=1)

    def _soon(self, call: Callable[[Any], None], sock: Any) -> None:
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(call, sock)

    # A socket that is closed by now has left the loop already: its number may belong to another one.

    def _read_from(self, sock: Any) -> None:
        if sock.fileno() >= 0:
            self._reading = sock
            self._loop.add_reader(sock, self._readable)

    def _write_wanted(self, sock: Any) -> None:
        if sock.fileno() >= 0:
            self._loop.add_writer(sock, self._client.loop_write)

    def _write_done(self, sock: Any) -> None:
        if sock.fileno() >= 0:
            self._loop.remove_writer(sock)

    def _socket_close(self, _client: paho.Client, _data: object, sock: Any) -> None:
        self._reading = None
        with contextlib.suppress(ValueError, RuntimeError):
            self._loop.remove_reader(sock)
            self._loop.remove_writer(sock)

    def _readable(self) -> None:
        """Read; a TLS socket may hold more messages than the loop can see."""
        try:
            while True:
                self._client.loop_read()
                sock = self._client.socket()
                if self._reading is None or not isinstance(sock, ssl.SSLSocket) or not sock.pending():
                    return
        except Exception as error:  # noqa: BLE001 - logged, and the connection given up
            # paho raises whatever it stumbles over in a packet that no broker should send.
            _log.exception("mqtt %s: what the broker sent can't be read", self._id)
            self._end(LineDown(f"{self._where} sent what is no MQTT: {error}"))

    def _end(self, why: LineDown) -> None:
        if not self._connected.done():
            self._connected.set_result(str(why))
        if not self.lost.done():
            self.lost.set_result(why)

    def _connect_answered(self, _c: object, _u: object, _flags: object, code: ReasonCode, _p: object) -> None:
        if not self._connected.done():
            self._connected.set_result(str(code) if code.is_failure else "")

    def _subscribe_answered(self, _c: object, _u: object, mid: int, codes: list[ReasonCode], _p: object) -> None:
        if (answer := self._subscribed.pop(mid, None)) is not None and not answer.done():
            answer.set_result(codes)

    def _disconnected(self, _c: object, _u: object, _flags: object, code: ReasonCode, _p: object) -> None:
        if code.value == TAKEN_OVER:
            self._end(
                TakenOver(
                    f"{self._where}: another client has logged in as {self._id!r}; give one of the two "
                    "another client_id"
                )
            )
        else:
            self._end(LineDown(f"the connection to the {self._where} is lost: {code}"))
