"""One point of a topic, prepared once, so that a message costs no look-ups."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from drivers.base import Bound
from drivers.mqtt.address import Address, Quirks, Said, Will, word
from drivers.mqtt.json_path import ABSENT, Steps, parse_path, walk
from drivers.mqtt.payload import column
from facility.batch import Scalar
from facility.point import Kind

_PART: Final = re.compile(r"\{unit\.(\d+)\}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an event. `words`: what the device says → what it means; empty where it stands as it is."""

    name: str
    steps: Steps
    words: Mapping[str, str]
    otherwise: str | None

    def said(self, body: object) -> object:
        """What the message has for it, or ABSENT."""
        found = walk(body, self.steps)
        if not self.words or found is ABSENT:
            return found
        meant = self.words.get(word(found), self.otherwise)
        return ABSENT if meant is None else meant


@dataclass(frozen=True, slots=True)
class Entry:
    """`form` is (text, base64): messages are read once for all the points of one form."""

    index: int
    kind: Kind
    address: Address
    form: tuple[bool, bool]
    steps: Steps
    time: Steps | None
    words: Mapping[str, float]
    when: tuple[tuple[Steps, frozenset[str]], ...]
    fields: tuple[Field, ...]
    low: float
    high: float
    qos: int
    retain_is_fresh: bool
    will: Will | None
    will_topic: str

    def meant(self, body: object) -> bool:
        """Whether the message is for this point."""
        return all(word(walk(body, steps)) in wanted for steps, wanted in self.when)

    def picked(self, body: object) -> object:
        """What the message holds for this point, or ABSENT."""
        if not self.form[0]:
            return walk(body, self.steps)
        if not isinstance(body, str):
            return ABSENT
        return body.strip() if self.address.csv is None else column(body, self.address.csv)

    def stamp(self, body: object) -> object:
        """The device's own time as it stands in the message, or ABSENT."""
        if isinstance(self.address.time, int):
            return column(body, self.address.time) if isinstance(body, str) else ABSENT
        return walk(body, self.time or ())

    def facts(self, body: object) -> dict[str, Scalar]:
        """The fields of an event; what is absent or no scalar is left out."""
        found = {field.name: field.said(body) for field in self.fields}
        return {n: v for n, v in found.items() if v is None or isinstance(v, str | int | float | bool)}


def topic_of(bound: Bound) -> str:
    """The topic of a point, `{unit}` and `{instance}` filled in."""
    address = _address(bound)
    return _filled(address.topic, bound)


def lacks(bound: Bound) -> int:
    """The part of the unit that an address asks for and the unit has not; 0 where it has all."""
    address = _address(bound)
    asked = " ".join([address.topic, *map(str, address.when.values())])
    parts = len(str(bound.unit).split("/"))
    return max((int(n) for n in _PART.findall(asked) if int(n) > parts), default=0)


def prepared(bound: Bound) -> Entry:
    """A bound point as a message needs it."""
    address, quirks, valid = _address(bound), bound.quirks, bound.means.valid
    if not isinstance(quirks, Quirks):
        raise TypeError(f"{bound.id} is bound to another protocol")
    return Entry(
        index=bound.index,
        kind=bound.means.kind,
        address=address,
        form=(address.plain or address.csv is not None, address.base64),
        steps=address.steps,
        time=parse_path(address.time) if isinstance(address.time, str) else None,
        words={word(k): v for k, v in address.map.items()},
        when=tuple((parse_path(path), _wanted(value, bound)) for path, value in address.when.items()),
        fields=tuple(_field(name, said) for name, said in address.fields.items()),
        low=-math.inf if valid is None or valid.low is None else valid.low,
        high=math.inf if valid is None or valid.high is None else valid.high,
        qos=min(1, quirks.qos),
        retain_is_fresh=quirks.retain_is_fresh,
        will=quirks.will,
        will_topic="" if quirks.will is None else _filled(quirks.will.topic, bound),
    )


def _field(name: str, said: str | Said) -> Field:
    if isinstance(said, str):
        return Field(name, parse_path(said), {}, None)
    return Field(name, parse_path(said.json_path), {word(k): v for k, v in said.map.items()}, said.otherwise)


def _wanted(value: object, bound: Bound) -> frozenset[str]:
    values = value if isinstance(value, list | tuple) else [value]
    return frozenset(_filled(word(v), bound) for v in values)


def _filled(text: str, bound: Bound) -> str:
    unit = str(bound.unit)
    for number, part in enumerate(unit.split("/"), 1):
        text = text.replace(f"{{unit.{number}}}", part)
    return text.replace("{unit}", unit).replace("{instance}", bound.instance)


def _address(bound: Bound) -> Address:
    if not isinstance(bound.address, Address):
        raise TypeError(f"{bound.id} is bound to another protocol")
    return bound.address
