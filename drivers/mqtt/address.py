"""Where a point is in a device's messages."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, model_validator

from drivers.mqtt.json_path import Steps, parse_path
from facility.words import Frozen


class Address(Frozen):
    """A topic, and the place in its payload. `{unit}` in the topic is the equipment's unit."""

    topic: str = Field(min_length=1, max_length=65_535)
    json_path: str | None = Field(default=None, alias="json")
    """`$.a.b[0]`."""
    plain: bool = False
    """The whole payload is the value."""
    csv: int | None = Field(default=None, ge=0)
    """The payload is separated by commas; this column, from 0."""
    base64: bool = False
    """The payload is base64 of what the other keys describe."""
    time: str | None = None
    time_format: Literal["iso", "s", "ms", "ns"] = "iso"
    scale: float = 1.0
    offset: float = 0.0
    map: dict[str | int | bool, float] = Field(default_factory=dict)
    """What the device says → the value of the state."""
    fields: dict[str, str] = Field(default_factory=dict)
    """Of an event point: name → path."""
    when: dict[str, Any] = Field(default_factory=dict)
    """Path → value: the message is meant for this point only where all agree."""

    @model_validator(mode="after")
    def _one_form(self) -> Address:
        forms = [self.json_path is not None, self.plain, self.csv is not None, bool(self.fields)]
        if sum(forms) != 1:
            raise ValueError("name exactly one of json, plain, csv (a value), or fields (an event)")
        if "+" in self.topic or "#" in self.topic:
            raise ValueError("a point's topic has no wildcard; write {unit} where the device's name stands")
        if (self.plain or self.csv is not None) and (self.time is not None or self.when):
            raise ValueError("time and when are paths into JSON; a plain or csv payload has none")
        for path in (self.json_path, self.time, *self.fields.values(), *self.when):
            if path is not None:
                parse_path(path)
        return self

    @property
    def steps(self) -> Steps:
        """The steps of `json`; none where the payload is no JSON."""
        return () if self.json_path is None else parse_path(self.json_path)


class Quirks(Frozen):
    """What a device model says of all its messages."""

    qos: int = Field(default=1, ge=0, le=2)
    """Of the subscription; 2 is served at 1."""
    retain_is_fresh: bool = False
    """The device keeps its retained message up to date, so it counts as good when we connect."""


def word(value: object) -> str:
    """One spelling for true, True and "true", for 1 and 1.0."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
