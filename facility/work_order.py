"""Work orders: the states of an order's life (domain.md §4)."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class OrderState(StrEnum):
    """From 报修 / 开单 to 消单."""

    REPORTED = "reported"
    DISPATCHED = "dispatched"
    ACCEPTED = "accepted"
    ON_SITE = "on_site"
    RESTORED = "restored"
    VERIFIED = "verified"
    CLOSED = "closed"
    PAUSED = "paused"
    CANCELLED = "cancelled"
    REOPENED = "reopened"


ENDED: Final = frozenset({OrderState.CLOSED, OrderState.CANCELLED})
"""An order in any other state is open: one per (site, equipment, fault)."""


class Side(StrEnum):
    """Whose order it is: a customer's request, the building's own equipment, or upkeep by plan."""

    CUSTOMER = "customer"
    DEVICE = "device"
    PLAN = "plan"
    """Upkeep by plan: nobody waits for it, the plan has its own day."""


class PauseReason(StrEnum):
    """The only reasons that stop the clocks."""

    PARTS = "parts"
    """待料."""
    ACCESS_REFUSED = "access_refused"
    """无法入户."""
    APPOINTMENT = "appointment"
    """客户预约."""


class Proof(StrEnum):
    """On whose word the repair stands."""

    DEVICE = "device"
    """Its own points were normal for the hold time."""
    SUPERVISOR = "supervisor"
    """Accepted with a reason, not proved by the device."""
    PERSON = "person"
    """There is no device that could say it."""


class Arrived(StrEnum):
    """On whose word the arrival stands."""

    READER = "reader"
    """A card or patrol reader near the equipment saw the person."""
    CODE = "code"
    """The code that hangs at the equipment or its place was read."""
    SELF = "self"
    """Reported by the person alone."""


class ClockName(StrEnum):
    """The four clocks of an order."""

    RESPOND = "respond"
    ARRIVE = "arrive"
    RESTORE = "restore"
    CALL_BACK = "call_back"
