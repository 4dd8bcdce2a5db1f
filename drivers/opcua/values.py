"""From OPC UA data values to columns: value, quality, reason, time."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Final, NamedTuple

from asyncua import ua
from asyncua.ua.status_codes import StatusCodes

from drivers.base import Bound
from drivers.opcua.address import Address
from facility.clock import NS
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
    StatusCodes.UncertainLastUsableValue: Reason.STALE,
    StatusCodes.UncertainSubstituteValue: Reason.SUBSTITUTED,
}


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
    return (delta.days * 86_400 + delta.seconds) * NS + delta.microseconds * 1_000


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
        return Sample(math.nan, Quality.GOOD, reason, time, "" if raw is None else str(raw))
    value = _number(raw, point)
    if value is None:
        why = Reason.NOT_AVAILABLE if raw is None else Reason.UNDECODABLE
        return Sample(math.nan, Quality.BAD, why, time)
    valid = point.means.valid
    if valid and not _within(value, valid.low, valid.high):
        return Sample(value, Quality.BAD, Reason.OUT_OF_RANGE, time)
    return Sample(value, Quality.UNCERTAIN if severity else Quality.GOOD, reason, time)


def _within(value: float, low: float | None, high: float | None) -> bool:
    return (low is None or value >= low) and (high is None or value <= high)


def _number(raw: object, point: Bound) -> float | None:
    address = point.address
    if not isinstance(address, Address):
        raise TypeError(f"{point.id} is bound to another protocol")
    if address.map:
        found = address.map.get(raw) if isinstance(raw, int | str) else None
        return None if found is None else float(found)
    if isinstance(raw, bool):
        return float(raw)
    if not isinstance(raw, int | float):
        return None
    value = float(raw) * address.scale + address.offset
    return value if math.isfinite(value) else None
