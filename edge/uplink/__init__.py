"""The event lanes' way out: life and event, each with its own task and connection, to the cloud."""

from edge.uplink.uplink import Uplink

__all__ = ["Uplink"]
