"""From the plant's points to MQTT messages, laid out as the model files say."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from facility.batch import F8, Note, Scalar
from facility.clock import NS, iso
from facility.point import Kind
from simulators.face import Shown


@dataclass(frozen=True, slots=True)
class Message:
    """One publication."""

    topic: str
    payload: bytes
    retain: bool


@dataclass(frozen=True, slots=True)
class _Member:
    row: int
    address: Mapping[str, Any]
    kind: Kind


class Topics:
    """Which points travel in which topic of one equipment."""

    def __init__(self, shown: Shown, text: Callable[[int], str]) -> None:
        self._text = text
        self._states: dict[str, list[_Member]] = {}
        self._events: dict[int, tuple[str, Mapping[str, Any]]] = {}
        unit = str(shown.equipment.unit)
        for offset, point in enumerate(shown.equipment.points):
            topic = str(point.address["topic"]).replace("{unit}", unit)
            row = shown.first + offset
            if point.means.kind is Kind.EVENT:
                self._events[row] = (topic, point.address)
            else:
                self._states.setdefault(topic, []).append(_Member(row, point.address, point.means.kind))

    def rows(self, topic: str) -> list[int]:
        """The rows that a topic carries."""
        return [m.row for m in self._states[topic]]

    @property
    def states(self) -> tuple[str, ...]:
        """The topics that carry samples."""
        return tuple(self._states)

    def state(self, topic: str, values: F8, time: int) -> Message:
        """The whole state of one topic, retained as devices do it."""
        members = self._states[topic]
        if len(members) == 1 and members[0].address.get("plain"):
            return Message(topic, self._plain(members[0], values).encode(), retain=True)
        body: dict[str, Any] = {}
        for member in members:
            _put(body, str(member.address["json"]), self._value(member, values))
            _put_time(body, member.address, time)
        return Message(topic, json.dumps(body, ensure_ascii=False).encode(), retain=True)

    def event(self, note: Note) -> Message | None:
        """A message that is a fact of its own, never retained."""
        if note.point not in self._events or isinstance(note.data, str):
            return None
        topic, address = self._events[note.point]
        body: dict[str, Any] = {}
        for path, value in dict(address.get("when", {})).items():
            _put(body, str(path), value)
        for name, path in dict(address.get("fields", {})).items():
            if name in note.data:
                _put(body, str(path), note.data[name])
        _put_time(body, address, note.time)
        return Message(topic, json.dumps(body, ensure_ascii=False).encode(), retain=False)

    def _value(self, member: _Member, values: F8) -> Scalar:
        if member.kind is Kind.TEXT:
            return self._text(member.row)
        value = float(values[member.row])
        if math.isnan(value):
            return None
        back: dict[float, Scalar] = {float(m): raw for raw, m in dict(member.address.get("map", {})).items()}
        if back:
            return back.get(value)
        raw = (value - float(member.address.get("offset", 0))) / float(member.address.get("scale", 1))
        return round(raw) if raw.is_integer() or member.kind is Kind.STATE else round(raw, 6)

    def _plain(self, member: _Member, values: F8) -> str:
        value = self._value(member, values)
        return "" if value is None else str(value)


def changed_topics(topics: Topics, moved: Sequence[bool] | Any) -> list[str]:
    """The topics of which at least one point moved."""
    return [t for t in topics.states if any(moved[r] for r in topics.rows(t))]


def _put(body: dict[str, Any], path: str, value: Any) -> None:
    """Set `$.a.b` in nested objects."""
    *way, last = path.removeprefix("$.").split(".")
    for part in way:
        body = body.setdefault(part, {})
    body[last] = value


def _put_time(body: dict[str, Any], address: Mapping[str, Any], time: int) -> None:
    if "time" not in address:
        return
    form = address.get("time_format", "iso")
    stamp: Scalar = iso(time) if form == "iso" else time // {"s": NS, "ms": 1_000_000, "ns": 1}[form]
    _put(body, str(address["time"]), stamp)
