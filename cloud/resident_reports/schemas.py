"""Residents' reports on the wire."""

from __future__ import annotations

from pydantic import Field

from cloud.wire import Asked
from facility.words import Frozen, Text


class OpenSpot(Frozen):
    """What anybody may know of a code: whose it is, and what it hangs at."""

    site: Text
    name: Text
    where: Text | None


class ResidentReport(Asked):
    """The body of POST /public/qr-codes/{code}/reports."""

    key: str = Field(pattern=r"^[A-Za-z0-9_-]{16,64}$")
    """The sender's own: sent again it is the same report."""
    text: str = Field(min_length=2, max_length=500)
    contact: str = Field(default="", max_length=32, pattern=r"^[0-9+() -]*$")
    """A telephone, where somebody wants to be called back."""


class Thanks(Frozen):
    """What the sender is told: the number of the order that sees to it."""

    number: int
