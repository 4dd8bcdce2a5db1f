"""Where a point is in a server's address space."""

from __future__ import annotations

import re
from typing import Final, Literal

from pydantic import Field, field_validator, model_validator

from facility.point import Deadband
from facility.words import Duration, Frozen

_NODE: Final = re.compile(
    r"(?:ns=(?P<ns>\d{1,5});|nsu=[^;]+;)?"
    r"(?:i=(?P<i>\d{1,10}|\{unit\})|s=.+|g=(?:[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|\{unit\})|b=.+)"
)


ConditionField = Literal["active", "acked", "confirmed", "enabled", "suppressed", "retain", "severity", "message"]


class Address(Frozen):
    """A node id or a browse path; `{unit}` in it is the equipment's unit."""

    node: str | None = None
    """`ns=2;s=Pump1.Flow`, `nsu=urn:maker:device;s={unit}.flow`, `i=2258`."""
    path: str | None = Field(default=None, min_length=1)
    """Browse names from the root, `Objects/2:Pump1/2:Flow`; looked up at each connect; `*` and `?` may stand in a name
    (`Objects/*/Pump1/Flow`): then one node must fit, and names without a number may be of any namespace."""
    namespace: str | None = None
    """URI of the names of `path` after the first that carry no number."""
    scale: float = 1.0
    offset: float = 0.0
    map: dict[int | str | bool, float] = Field(default_factory=dict)
    """What the device says → the value of the state."""
    sampling: Duration | None = None
    """Default: the point's period."""
    condition: str | None = Field(default=None, min_length=1)
    """An alarm of the server: the ConditionName; node or path is its source."""
    field: ConditionField = "active"
    """Of a condition: what of it is the point's value."""
    deadband: Deadband | None = None
    """The server tells only of a larger change: absolute in the device's own unit, or per cent of its range."""
    queue: int = Field(default=10, ge=1, le=10_000)
    """Values that the server keeps between two publications."""

    @field_validator("node")
    @classmethod
    def _node_id(cls, text: str | None) -> str | None:
        found = text and _NODE.fullmatch(text)
        if text is None or (found and int(found["ns"] or 0) <= 65_535 and _numeric(found["i"]) < 2**32):
            return text
        raise ValueError(f"{text!r} is no node id; write ns=2;s=Name, nsu=urn:…;s=Name or i=2258")

    @field_validator("scale")
    @classmethod
    def _not_nothing(cls, scale: float) -> float:
        if scale == 0:
            raise ValueError("a scale of 0 makes every value the same")
        return scale

    @model_validator(mode="after")
    def _one_place(self) -> Address:
        if (self.node is None) == (self.path is None):
            raise ValueError("name exactly one of node, path")
        if self.namespace is not None and self.path is None:
            raise ValueError("namespace belongs to path; a node names its own: nsu=urn:…;s=Name")
        if self.condition is not None and (self.deadband is not None or self.sampling is not None):
            raise ValueError("a condition is told by events: deadband and sampling belong to variables")
        if self.condition is None and "field" in self.model_fields_set:
            raise ValueError("field is a part of a condition: name the condition too")
        return self

    @property
    def is_pattern(self) -> bool:
        """Whether `path` is to be matched against what the server has."""
        return self.path is not None and ("*" in self.path or "?" in self.path)


class Quirks(Frozen):
    """OPC UA servers describe themselves; a model has nothing to add."""


def _numeric(digits: str | None) -> int:
    return int(digits) if digits and digits.isdigit() else 0
