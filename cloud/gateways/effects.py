"""A gateway that starts says its version."""

from __future__ import annotations

from sqlalchemy import Connection

from cloud.effects import Arrival, on
from cloud.gateways.store import say
from facility.event import GatewayStarted


@on(GatewayStarted)
def started(connection: Connection, arrival: Arrival) -> None:
    """Keep the version."""
    event = arrival.event
    if isinstance(event.data, GatewayStarted):
        say(connection, event.site, event.gateway, version=event.data.version, at=arrival.now)
