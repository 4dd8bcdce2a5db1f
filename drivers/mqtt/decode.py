"""From messages to one Batch: what is right becomes good, what is wrong becomes bad with its reason, nothing raises."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from drivers.base import Bound
from drivers.mqtt.address import Will, word
from drivers.mqtt.arrived import Arrived
from drivers.mqtt.columns import Columns
from drivers.mqtt.entry import Entry, prepared, topic_of
from drivers.mqtt.json_path import ABSENT, parse_path, walk
from drivers.mqtt.payload import body_of, number_of, text_of, time_of
from facility.batch import Batch, Note
from facility.point import Kind
from facility.quality import Quality, Reason


class Decoder:
    """Knows which points a topic carries, and whose last will."""

    def __init__(self, points: Sequence[Bound]) -> None:
        self._topics: dict[str, list[Entry]] = {}
        self._wills: dict[str, list[Entry]] = {}
        self._away: set[str] = set()
        """The topics of wills that say their device has gone."""
        for bound in points:
            entry = prepared(bound)
            self._topics.setdefault(topic_of(bound), []).append(entry)
            if entry.will is not None:
                self._wills.setdefault(entry.will_topic, []).append(entry)

    @property
    def topics(self) -> dict[str, int]:
        """Topic → QoS to subscribe with (1 at most: the broker is no durable hop)."""
        return dict.fromkeys(self._wills, 1) | {t: max(e.qos for e in es) for t, es in self._topics.items()}

    def sampled(self, topics: Iterable[str]) -> list[int]:
        """The points of these topics that have samples."""
        return [e.index for t in topics for e in self._topics.get(t, ()) if e.kind.sampled]

    def connected(self) -> None:
        """A new connection: the broker tells its retained wills again."""
        self._away.clear()

    def batch(self, messages: Sequence[Arrived]) -> Batch:
        """One Batch of several messages, in their order."""
        columns = Columns()
        for message in messages:
            if message.topic in self._wills:
                self._told(message, columns)
            bodies: dict[tuple[bool, bool], object] = {}
            for entry in self._topics.get(message.topic, ()):
                if entry.will_topic in self._away and not self._speaks(entry, message):
                    continue
                if entry.form not in bodies:
                    bodies[entry.form] = body_of(message.payload, text=entry.form[0], encoded=entry.form[1])
                _decode(entry, message, bodies[entry.form], columns)
        return columns.batch(max((m.received for m in messages), default=0))

    def _told(self, message: Arrived, out: Columns) -> None:
        """A last will. The broker may retain it: then it is how the device stands now, not an old value."""
        for entry in self._wills[message.topic]:
            if entry.will is None or not _gone(entry.will, message.payload):
                self._away.discard(message.topic)
                return
            if entry.kind.sampled:
                out.put(entry.index, math.nan, Quality.BAD, Reason.NOT_CONNECTED, message.received)
        self._away.add(message.topic)

    def _speaks(self, entry: Entry, message: Arrived) -> bool:
        """Whether a device that had gone speaks again; what the broker kept of it is no word of its own."""
        if message.retained or message.topic == entry.will_topic:
            return False
        self._away.discard(entry.will_topic)
        return True


def _gone(will: Will, payload: bytes) -> bool:
    body = body_of(payload, text=will.json_path is None, encoded=False)
    found = body if will.json_path is None else walk(body, parse_path(will.json_path))
    return found is not ABSENT and word(found).strip() == word(will.offline)


def _decode(entry: Entry, message: Arrived, body: object, out: Columns) -> None:
    if body is ABSENT:
        if entry.kind.sampled:
            out.put(entry.index, math.nan, Quality.BAD, Reason.UNDECODABLE, message.received)
        return
    if entry.when and not entry.meant(body):
        return
    time, reason = _time(entry, message, body)
    if entry.kind is Kind.EVENT:
        # A retained fact is an old one told again to whoever connects; it was taken when it was new.
        if not message.retained:
            out.notes.append(Note(entry.index, time, entry.facts(body), reason, message.mark, message.again))
        return
    found = entry.picked(body)
    if found is ABSENT:
        return
    if entry.kind is Kind.TEXT:
        text = text_of(found)
        if text is not None:
            out.notes.append(Note(entry.index, time, text, reason))
        return
    _sample(entry, message, found, (time, reason), out)


def _sample(entry: Entry, message: Arrived, found: object, at: tuple[int, int], out: Columns) -> None:
    time, reason = at
    value = number_of(found, entry.words, entry.address.scale, entry.address.offset)
    if found is None or value is None:
        why = Reason.NOT_AVAILABLE if found is None else Reason.UNDECODABLE
        out.put(entry.index, math.nan, Quality.BAD, why, time)
    elif not entry.low <= value <= entry.high:
        out.put(entry.index, value, Quality.BAD, Reason.OUT_OF_RANGE, time)
    elif message.retained and not entry.retain_is_fresh:
        out.put(entry.index, value, Quality.UNCERTAIN, Reason.RETAINED, time)
    else:
        out.put(entry.index, value, Quality.UNCERTAIN if reason else Quality.GOOD, reason, time)


def _time(entry: Entry, message: Arrived, body: object) -> tuple[int, int]:
    """(UTC ns, reason): the device's own time where it can be read, else the edge's with the reason CLOCK."""
    if entry.address.time is None:
        return message.received, Reason.NONE
    at = time_of(entry.stamp(body), entry.address.time_format, entry.address.zone)
    return (message.received, Reason.CLOCK) if at is None else (at, Reason.NONE)
