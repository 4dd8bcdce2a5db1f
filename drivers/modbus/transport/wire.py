"""What every open connection can do: exchange one PDU; and how that fails."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeAlias

from facility.errors import LineDown, UnitSilent

OnLost: TypeAlias = Callable[["Wire", str], None]
"""Told once when a wire is gone, with the reason."""


class Silent(UnitSilent):
    """No right answer came in time."""


class Lost(LineDown):
    """The connection ended before the answer came."""


class Wire(Protocol):
    """One open connection or port; once lost it is never used again."""

    heard: int
    """Right answers that came."""
    refused: int
    """Late, foreign and broken frames that were thrown away."""

    @property
    def alive(self) -> bool:
        """Whether it can still carry something."""

    async def exchange(self, unit: int, pdu: bytes, timeout: float) -> bytes:
        """Send a PDU and return the answer's PDU (at least a function code). Raises Silent or Lost."""

    def close(self) -> None:
        """Let go of the socket or port; whoever waits gets Lost."""
