"""Opens a serial port with its settings; what a port refuses is said in the words of site.yaml."""

from __future__ import annotations

import asyncio
import logging
from typing import Final

from pymodbus.transport.serialtransport import create_serial_connection

from drivers.modbus.connection import Connection, Parity

try:
    import termios
except ImportError:  # Windows, where pyserial raises an OSError of its own
    _REFUSALS: tuple[type[Exception], ...] = ()
else:
    _REFUSALS = (termios.error,)

log = logging.getLogger(__name__)

_PARITY: Final = {"none": "N", "even": "E", "odd": "O"}


async def open_port(connection: Connection, wire: asyncio.Protocol) -> None:
    """Open the port and give it to `wire`; OSError says what to write instead. A port without parity (a
    pseudo-terminal) is opened without, unless site.yaml asks for one.
    """
    try:
        await _open(connection, connection.parity, wire)
        return
    except _REFUSALS as error:
        if connection.parity == "none" or "parity" in connection.model_fields_set:
            raise OSError(_refused(connection)) from error
    try:
        await _open(connection, "none", wire)
    except _REFUSALS as error:
        raise OSError(_refused(connection)) from error
    log.warning("%s has no parity: opened without; write parity: none in site.yaml to say so", connection.serial)


async def _open(connection: Connection, parity: Parity, wire: asyncio.Protocol) -> None:
    await create_serial_connection(
        asyncio.get_running_loop(),
        lambda: wire,
        connection.serial,
        baudrate=connection.baud,
        bytesize=connection.data_bits,
        parity=_PARITY[parity],
        stopbits=connection.stop_bits,
        timeout=0,
    )


def _refused(connection: Connection) -> str:
    return (
        f"{connection.serial} refuses its settings: baud {connection.baud}, parity {connection.parity}, "
        f"data_bits {connection.data_bits}, stop_bits {connection.stop_bits}; a pseudo-terminal knows only "
        "parity: none and data_bits: 8"
    )
