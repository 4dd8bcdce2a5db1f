"""Sparkplug B, received: births, data and deaths of edge nodes."""

from drivers.mqtt.sparkplug.listener import Sparkplug

__all__ = ["Sparkplug"]
