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
