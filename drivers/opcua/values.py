"""From OPC UA data values to columns: value, quality, reason, time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple

import numpy as np
from asyncua import ua
from asyncua.ua.status_codes import StatusCodes

from drivers.base import Bound, Reading
from drivers.opcua.naming import address_of
from facility.batch import Batch, Note
from facility.clock import NS, sane
from facility.point import Kind
from facility.quality import Quality, Reason

_REASONS: Final[dict[int, Reason]] = {
    StatusCodes.BadTimeout: Reason.TIMEOUT,
    StatusCodes.BadRequestTimeout: Reason.TIMEOUT,
    StatusCodes.BadNoCommunication: Reason.TIMEOUT,
    StatusCodes.BadCommunicationError: Reason.TIMEOUT,
    StatusCodes.BadNotConnected: Reason.NOT_CONNECTED,
    StatusCodes.BadNoData: Reason.NOT_AVAILABLE,
    StatusCodes.BadDataUnavailable: Reason.NOT_AVAILABLE,
    StatusCodes.BadWaitingForInitialData: Reason.UNKNOWN,
    StatusCodes.BadNodeIdUnknown: Reason.NOT_FOUND,
    StatusCodes.BadNodeIdInvalid: Reason.NOT_FOUND,
    StatusCodes.BadOutOfRange: Reason.OUT_OF_RANGE,
    StatusCodes.BadUserAccessDenied: Reason.REFUSED,
    StatusCodes.BadNotReadable: Reason.REFUSED,
    StatusCodes.UncertainInitialValue: Reason.UNKNOWN,
    StatusCodes.UncertainLastUsableValue: Reason.STALE,
    StatusCodes.UncertainSubstituteValue: Reason.SUBSTITUTED,
}


_LATEST: Final = 2**63 - 1
"""OPC UA's "no end", the last second of 9999, fits no 64 bits of nanoseconds; the edge replaces it."""


class Sample(NamedTuple):
    """One decoded value; `text` is set for text points only."""

    value: float
    quality: int
    reason: int
    time: int
    text: str | None = None


def nanoseconds(at: datetime | None) -> int | None:
    """UTC ns of an OPC UA time (they come without a zone and mean UTC); None where there is none."""
    if at is None or at.year < 1971:
        return None
    delta = (at if at.tzinfo else at.replace(tzinfo=UTC)) - datetime(1970, 1, 1, tzinfo=UTC)
    return min((delta.days * 86_400 + delta.seconds) * NS + delta.microseconds * 1_000, _LATEST)


def decode(data: ua.DataValue, point: Bound, received: int) -> Sample:
    """One data value as the point means it; nothing raises."""
    time = nanoseconds(data.SourceTimestamp) or nanoseconds(data.ServerTimestamp) or received
    code = int(data.StatusCode.value) if data.StatusCode is not None else 0
    severity = code >> 30
    reason = _REASONS.get(code & 0xFFFF_0000, Reason.DEVICE) if severity else Reason.NONE
    raw = data.Value.Value if data.Value is not None else None
    if severity >= 2:
        return Sample(math.nan, Quality.BAD, reason, time)
    if point.means.kind is Kind.TEXT:
        return Sample(math.nan, Quality.UNCERTAIN if severity else Quality.GOOD, reason, time, _text(raw))
    value = _number(raw, point)
    if value is None:
        why = Reason.NOT_AVAILABLE if raw is None else Reason.UNDECODABLE
        return Sample(math.nan, Quality.BAD, why, time)
    valid = point.means.valid
    if valid and not _within(value, valid.low, valid.high):
        return Sample(value, Quality.BAD, Reason.OUT_OF_RANGE, time)
    return Sample(value, Quality.UNCERTAIN if severity else Quality.GOOD, reason, time)


def batch_of(
    values: Sequence[tuple[int, ua.DataValue]], points: Sequence[Bound], now: int, *, replayed: bool = False
) -> Batch:
    """Columns of what came, by place in `points`; a text becomes a note, one that is bad says nothing."""
    decoded = [(points[place], decode(value, points[place], now)) for place, value in values]
    samples = [(p.index, s) for p, s in decoded if p.means.kind.sampled]
    return Batch(
        np.array([i for i, _ in samples], np.uint32),
        np.array([s.value for _, s in samples], np.float64),
        np.array([s.quality for _, s in samples], np.uint8),
        np.array([s.reason for _, s in samples], np.uint8),
        np.array([s.time for _, s in samples], np.int64),
        now,
        replayed,
        tuple(Note(p.index, s.time, s.text, s.reason) for p, s in decoded if s.text is not None),
    )


def times_of(values: Sequence[tuple[int, ua.DataValue]], points: Sequence[Bound], now: int) -> list[tuple[int, int]]:
    """(place, UTC ns) of the variables with samples whose own time may be believed."""
    found = [
        (place, nanoseconds(value.SourceTimestamp) or nanoseconds(value.ServerTimestamp) or 0)
        for place, value in values
        if points[place].means.kind.sampled and address_of(points[place]).condition is None
    ]
    return [(place, time) for place, time in found if sane(time, now)]


def _within(value: float, low: float | None, high: float | None) -> bool:
    return (low is None or value >= low) and (high is None or value <= high)


def _text(raw: object) -> str:
    if isinstance(raw, ua.LocalizedText):
        raw = raw.Text
    if isinstance(raw, ua.QualifiedName):
        raw = raw.Name
    if isinstance(raw, bytes):
        return raw.decode("utf-8", "replace")
    return "" if raw is None else str(raw)


def _number(raw: object, point: Bound) -> float | None:
    address = address_of(point)
    if address.map:
        key = int(raw) if isinstance(raw, float) and raw.is_integer() else raw
        found = address.map.get(key) if isinstance(key, int | str) else None
        return None if found is None else float(found)
    if isinstance(raw, bool):
        return float(raw)
    if not isinstance(raw, int | float):
        return None
    value = float(raw) * address.scale + address.offset
    return value if math.isfinite(value) else None


def reading(point: Bound, value: ua.DataValue, received: int) -> Reading:
    """One data value for people: the variant and its status as they came, and what they mean."""
    sample = decode(value, point, received)
    raw = value.Value.Value if value.Value is not None else None
    status = f" {value.StatusCode.name}" if value.StatusCode is not None else ""
    shown: float | str | None = sample.text if sample.text is not None else sample.value
    if sample.quality == Quality.BAD:
        shown = None
    return Reading(point.id, f"{raw!r}{status}", shown, sample.quality, sample.reason, sample.time)
