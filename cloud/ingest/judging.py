"""Judges an event that was read: whether it may come from this gateway, and whether it can be true."""

from __future__ import annotations

import math

from facility.clock import AHEAD, EARLIEST, iso, sane
from facility.event import ClockState, Event, Lane

LONGEST = {"rule": 64, "fault": 64, "point": 200, "cause": 200}
"""Characters of the names that the store has columns for."""
_SHORT = 65_536
"""Characters of any other text."""


def judge(event: Event, data: str, site: str, gateway: str, equipment: frozenset[str], now: int) -> str:
    """Why it is refused for good; empty where it is not. `data` is the JSON of the event's data."""
    if event.site != site or event.gateway != gateway:
        return f"this token writes for {gateway} of {site} only, not for {event.gateway} of {event.site}"
    if event.lane is Lane.TELEMETRY:
        return "samples go to the historian: no event travels in the telemetry lane"
    if event.seq > 2**63 - 1 or len(event.instance) > 64 or len(event.inventory) > 64:
        return "seq, instance or inventory is too long"
    if event.equipment and event.equipment != gateway and event.equipment not in equipment:
        return f"{gateway} has no equipment {event.equipment!r} in any inventory that it has sent"
    if not event.equipment and event.type.startswith("alarm.") and event.type != "alarm.snapshot":
        return "an alarm names its equipment"
    return _times(event, now) or _content(event, data)


def astray(event: Event, now: int) -> bool:
    """Whether the gateway's own clock is wrong: by its own word, or more than a day ahead; then arrival is the time."""
    return event.clock is ClockState.UNTRUSTED or event.recorded_at > now + AHEAD


def _times(event: Event, now: int) -> str:
    if astray(event, now):
        return ""
    for name, at in (("at", event.at), ("recorded_at", event.recorded_at)):
        if not sane(at, now):
            shown = iso(at) if EARLIEST - 10**19 < at < 10**19 else str(at)
            return f"{name} is {shown}: a time lies between 2020 and tomorrow"
    return ""


def _content(event: Event, data: str) -> str:
    short = len(data) < _SHORT
    for name, value in vars(event.data).items():
        kind = type(value)
        if kind is float and not math.isfinite(value):
            return f"data.{name} is {value}: a value is a finite number, or null"
        if kind is str and not (short and name not in LONGEST) and len(value) > LONGEST.get(name, _SHORT):
            return f"data.{name} is longer than {LONGEST.get(name, _SHORT)} characters"
    if "\0" in event.instance or "\\u0000" in data:
        return "a text has a NUL character"
    return ""
