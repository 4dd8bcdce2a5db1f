"""The plant as Modbus devices: TCP, and RTU framing over TCP with several units on one line."""

from simulators.modbus.face import ModbusFace

FACE = ModbusFace

__all__ = ["FACE"]
