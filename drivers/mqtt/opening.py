"""A paho client as a connection describes it: version, session, user, TLS; it connects to nothing yet."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from typing import Any, Final

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from drivers.mqtt.connection import Connection
from facility.errors import LineDown

KNOCK: Final = 0.5
"""Seconds for a knock at a broker that has closed our session; one that was killed refuses at once."""
PATIENT: Final = 0.2
"""Seconds that a broker which works leaves a silent connection open."""


class _Paho(paho.Client):
    """paho leaves a socket whose TLS handshake has failed to the garbage collector; we close it."""

    context: ssl.SSLContext

    def _ssl_wrap_socket(self, tcp_sock: socket.socket) -> ssl.SSLSocket:
        wrapped = self.context.wrap_socket(tcp_sock, server_hostname=self.host, do_handshake_on_connect=False)
        try:
            wrapped.settimeout(self.connect_timeout)
            wrapped.do_handshake()
        except BaseException:
            wrapped.close()
            raise
        return wrapped


def made(client_id: str, connection: Connection, *, lasting: bool) -> paho.Client:
    """A client; `lasting`: the broker keeps a session while we are away. LineDown where a certificate can't be read."""
    five = connection.version == "5"
    client = _Paho(
        CallbackAPIVersion.VERSION2,
        client_id=client_id,
        clean_session=None if five else not lasting,
        protocol=paho.MQTTv5 if five else paho.MQTTv311,
        manual_ack=True,
        reconnect_on_failure=False,
    )
    client.connect_timeout = connection.connect_timeout
    if connection.username is not None or connection.password is not None:
        secret = connection.password.get_secret_value() if connection.password else None
        client.username_pw_set(connection.username, secret)
    if connection.tls:
        client.context = _context(connection)
        client.tls_set_context(client.context)
    return client


def options(connection: Connection, *, lasting: bool) -> dict[str, Any]:
    """What `connect` wants beside host, port and keep-alive."""
    if connection.version != "5":
        return {}
    properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
    properties.SessionExpiryInterval = round(connection.session) if lasting else 0
    return {"clean_start": not lasting, "properties": properties}


async def works(connection: Connection) -> bool:
    """Whether somebody accepts a connection there and waits for us to speak; one that is dying does not wait."""
    try:
        async with asyncio.timeout(KNOCK):
            reader, writer = await asyncio.open_connection(connection.host, connection.tcp_port)
    except OSError:
        return False
    try:
        async with asyncio.timeout(PATIENT):
            await reader.read(1)
        return False
    except TimeoutError:
        return True
    except OSError:
        return False
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


def _context(connection: Connection) -> ssl.SSLContext:
    for name in ("ca", "certificate", "key"):
        path = getattr(connection, name)
        if path is not None and not path.is_file():
            raise LineDown(f"{name}: there is no file {path}")
    try:
        context = ssl.create_default_context(cafile=connection.ca)
        if connection.certificate is not None:
            context.load_cert_chain(connection.certificate, connection.key)
    except (OSError, ValueError) as error:
        raise LineDown(f"ca, certificate or key can't be used: {error}") from error
    return context
