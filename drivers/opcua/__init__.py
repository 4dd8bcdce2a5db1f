"""OPC UA: servers that are subscribed to, or polled where they offer no subscription."""

from drivers.base import Protocol
from drivers.opcua.address import Address, Quirks
from drivers.opcua.connection import Connection
from drivers.opcua.line import OpcUaLine
from drivers.opcua.naming import misfits

PROTOCOL = Protocol(
    name="opcua", connection=Connection, address=Address, quirks=Quirks, line=OpcUaLine, misfits=misfits
)

__all__ = ["PROTOCOL", "Address", "Connection", "OpcUaLine", "Quirks"]
