"""The plant as an OPC UA server."""

from simulators.opcua.face import OpcUaFace

FACE = OpcUaFace

__all__ = ["FACE"]
