"""Where a point is in a device's messages."""

from __future__ import annotations

from typing import Any, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator, model_validator

from drivers.mqtt.json_path import Steps, parse_path
from facility.words import Frozen


class Said(Frozen):
    """A field of an event that a device says in words of its own."""

    json_path: str = Field(alias="json")
    map: dict[str | int | bool, str] = Field(min_length=1)
    """What the device says → what it means."""
    otherwise: str | None = None
    """What any other word means; default: the field is left out."""


class Address(Frozen):
    """A topic and the place in its payload, or a metric of Sparkplug B.

    `{unit}` is the equipment's unit, `{unit.1}` and so on the parts of a unit that has slashes.
    """

    topic: str = Field(default="", max_length=65_535)
    metric: str | None = Field(default=None, min_length=1)
    """Sparkplug B: the metric's name, `Supply/Flow`; instead of a topic."""
    device: str = Field(default="{unit}", min_length=1)
    """Of a metric: who has it, `group/node` or `group/node/device`."""
    column: str | None = Field(default=None, min_length=1)
    """Of a metric that is a data set: the column that holds the value."""
    row: int = Field(default=0, ge=-1)
    """Of a data set: from 0; -1 is the last."""
    json_path: str | None = Field(default=None, alias="json")
    """`$.a.b[0]`."""
    plain: bool = False
    """The whole payload is the value."""
    csv: int | None = Field(default=None, ge=0)
    """The payload is separated by commas; this column, from 0."""
    base64: bool = False
    """The payload is base64 of what the other keys describe."""
    time: str | int | None = None
    """The device's own time: a path into JSON, or a column of csv."""
    time_format: Literal["iso", "s", "ms", "ns", "zoned"] = "iso"
    """zoned: `2026-01-02 11:04:05 CST`, as Go writes it."""
    zone: str | None = None
    """Of zoned: where the device stands, `Asia/Shanghai`; CST alone is four zones. A name that this zone does not use
    at that moment is no time."""
    scale: float = 1.0
    offset: float = 0.0
    map: dict[str | int | bool, float] = Field(default_factory=dict)
    """What the device says → the value of the state."""
    fields: dict[str, str | Said] = Field(default_factory=dict)
    """Of an event point: name → path, or path and the words there."""
    when: dict[str, Any] = Field(default_factory=dict)
    """Path → value, or a list of values: the message is meant for this point only where all agree. `{unit}` too."""

    @model_validator(mode="after")
    def _one_form(self) -> Address:
        if (self.metric is None) == (not self.topic):
            raise ValueError("name exactly one of topic and metric (of Sparkplug B)")
        if self.metric is not None:
            self._nothing_but_metric()
            return self
        forms = [self.json_path is not None, self.plain, self.csv is not None, bool(self.fields)]
        if sum(forms) != 1:
            raise ValueError("name exactly one of json, plain, csv (a value), or fields (an event)")
        if "+" in self.topic or "#" in self.topic:
            raise ValueError("a point's topic has no wildcard; write {unit} where the device's name stands")
        if self.column is not None or "row" in self.model_fields_set:
            raise ValueError("column and row belong to a metric that is a data set; a column of csv is csv: 2")
        self._times()
        said = [f.json_path if isinstance(f, Said) else f for f in self.fields.values()]
        for path in (self.json_path, self.time, *said, *self.when):
            if isinstance(path, str):
                parse_path(path)
        return self

    @field_validator("zone")
    @classmethod
    def _known(cls, zone: str | None) -> str | None:
        if zone is not None:
            try:
                ZoneInfo(zone)
            except (LookupError, OSError, ValueError) as error:
                raise ValueError(f"{zone!r} is no time zone; write it like Asia/Shanghai") from error
        return zone

    def _nothing_but_metric(self) -> None:
        of_topics = {"json_path", "plain", "csv", "base64", "time", "time_format", "zone", "fields", "when"}
        wrong = sorted(of_topics & self.model_fields_set)
        if wrong:
            named = ", ".join(wrong).replace("json_path", "json")
            raise ValueError(f"a metric says its value and its time itself: take away {named}")
        if self.column is None and "row" in self.model_fields_set:
            raise ValueError("row is one of a data set: name its column too")

    def _times(self) -> None:
        if (self.plain or self.csv is not None) and (isinstance(self.time, str) or self.when):
            raise ValueError("time and when are paths into JSON; a plain or csv payload has none")
        if isinstance(self.time, int) and (self.csv is None or self.time < 0):
            raise ValueError("time is a column, from 0, only of a csv payload; of JSON it is a path like $.ts")
        if (self.time_format == "zoned") != (self.zone is not None):
            raise ValueError("time_format zoned and zone (Asia/Shanghai) go together")

    @property
    def steps(self) -> Steps:
        """The steps of `json`; none where the payload is no JSON."""
        return () if self.json_path is None else parse_path(self.json_path)


class Will(Frozen):
    """Where the broker tells that a device has gone: the device's last will, by whatever word."""

    topic: str = Field(min_length=1, max_length=65_535)
    """`{unit}` is the equipment's unit."""
    offline: str | int | bool = "offline"
    """What it says when the device has gone; anything else says that it is there."""
    json_path: str | None = Field(default=None, alias="json")
    """Where in the payload; default: the whole of it."""

    @model_validator(mode="after")
    def _sound(self) -> Will:
        if "+" in self.topic or "#" in self.topic:
            raise ValueError("a will's topic has no wildcard; write {unit} where the device's name stands")
        if self.json_path is not None:
            parse_path(self.json_path)
        return self


class Quirks(Frozen):
    """What a device model says of all its messages."""

    qos: int = Field(default=1, ge=0, le=2)
    """Of the subscription; 2 is served at 1."""
    retain_is_fresh: bool = False
    """The device keeps its retained message up to date, so it counts as good when we connect."""
    will: Will | None = None


def word(value: object) -> str:
    """One spelling for true, True and "true", for 1 and 1.0."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
