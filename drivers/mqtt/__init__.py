"""MQTT 3.1.1 and 5: devices that speak through a broker, by topics or by Sparkplug B."""

from drivers.base import Protocol
from drivers.mqtt.address import Address, Quirks
from drivers.mqtt.connection import Connection
from drivers.mqtt.line import MqttLine
from drivers.mqtt.points import misfits

PROTOCOL = Protocol(name="mqtt", connection=Connection, address=Address, quirks=Quirks, line=MqttLine, misfits=misfits)

__all__ = ["PROTOCOL", "Address", "Connection", "MqttLine", "Quirks"]
