"""The telemetry lane's way out: to InfluxDB 1.x or 2.x, VictoriaMetrics, or the cloud's embedded historian."""

from edge.historian.sender import Historian

__all__ = ["Historian"]
