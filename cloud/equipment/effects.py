"""A changed text is kept as the newest of its point."""

from __future__ import annotations

from sqlalchemy import Connection

from cloud.effects import Arrival, on
from cloud.equipment.store import set_text
from facility.event import TextChanged


@on(TextChanged)
def text_changed(connection: Connection, arrival: Arrival) -> None:
    """Keep it."""
    event = arrival.event
    if isinstance(event.data, TextChanged):
        set_text(connection, event.site, event.data.point[:200], event.data.text, event.at)
