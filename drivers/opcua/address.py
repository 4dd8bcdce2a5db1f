"""Where a point is in a server's address space."""

from __future__ import annotations

import re

from pydantic import Field, field_validator

from facility.words import Duration, Frozen

_NODE = re.compile(r"^(?:(?:ns=\d+|nsu=[^;]+);)?[isgb]=.+$")


class Address(Frozen):
    """A node id; `{unit}` in it is the equipment's unit."""

    node: str
    """`ns=2;s=Pump1.Flow`, `nsu=urn:maker:device;s={unit}.flow`, `i=2258`."""
    scale: float = 1.0
    offset: float = 0.0
    map: dict[int | str | bool, float] = Field(default_factory=dict)
    """What the device says → the value of the state."""
    sampling: Duration | None = None
    """Default: the point's period."""
    queue: int = Field(default=10, ge=1, le=10_000)
    """Values that the server keeps between two publications."""

    @field_validator("node")
    @classmethod
    def _node_id(cls, text: str) -> str:
        if not _NODE.match(text):
            raise ValueError(f"{text!r} is no node id; write ns=2;s=Name, nsu=urn:…;s=Name or i=2258")
        return text


class Quirks(Frozen):
    """OPC UA servers describe themselves; a model has nothing to add."""
