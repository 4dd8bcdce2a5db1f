"""The gap after an outage, read back from a server that keeps history; it goes on as replayed samples."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from asyncua import ua
from asyncua.ua.uaerrors import (
    BadHistoryOperationInvalid,
    BadHistoryOperationUnsupported,
    BadNotImplemented,
    BadNotReadable,
    BadNotSupported,
    BadServiceUnsupported,
    BadUserAccessDenied,
)

from drivers.opcua.session import ERRORS, Session
from drivers.opcua.values import nanoseconds
from facility.clock import NS

_log = logging.getLogger(__name__)

VALUES: Final = 1_000
"""Values of a node in one answer."""
SLACK: Final = 10 * NS
"""How long before the last sign of life a change may have been lost on its way."""
NONE_KEPT: Final = (
    BadHistoryOperationUnsupported, BadHistoryOperationInvalid, BadServiceUnsupported, BadNotSupported,
    BadNotImplemented, BadUserAccessDenied, BadNotReadable,
)  # fmt: skip
"""How a whole server says that it keeps no history, or none for us."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Gap:
    """From `start` to `end`, both without their ends, in UTC ns of the server's clock."""

    start: int
    end: int


class Gaps:
    """What is known of each point's newest sample, and what is missing of it, by place in the line's list."""

    def __init__(self, longest: float) -> None:
        self._longest = round(longest * NS)
        """Older than this is not asked for; ns. 0: nothing is."""
        self._newest: dict[int, int] = {}
        self.missing: dict[int, Gap] = {}
        self.last_sign = 0
        """The server's time when it last answered, UTC ns; 0 where it does not say."""
        self._before = 0
        """What an earlier line knew: of points that were not heard yet, UTC ns."""
        self._accepted = 0

    @property
    def known_until(self) -> int:
        """All that changed until then is accepted, UTC ns; 0 where that is not known."""
        return min([self._accepted, *(gap.start for gap in self.missing.values())])

    def resume(self, time: int) -> None:
        """Points that are not heard yet were known until then."""
        self._before = self._accepted = self.last_sign = time

    def accepted(self) -> None:
        """Nothing that came is on its way any more."""
        self._accepted = max(self._accepted, self.last_sign)

    def heard(self, samples: Iterable[tuple[int, int]]) -> None:
        """(place, time) of samples that came live."""
        for place, time in samples:
            self._newest[place] = max(time, self._newest.get(place, 0))

    def reconnected(self, first: Iterable[tuple[int, int]]) -> None:
        """(place, time) of the first samples of a new session. One that we know already leaves no gap."""
        for place, time in first:
            known = self._newest.get(place, self._before - SLACK if self._before else None)
            if known is None or not self._longest or time <= known:
                continue
            start = max(known, self.last_sign - SLACK if self.last_sign else 0, time - self._longest)
            older = self.missing.get(place)
            if start < time:
                self.missing[place] = Gap(min(start, older.start) if older else start, time)

    def filled(self, place: int) -> None:
        """All of it was read, or the server keeps nothing."""
        self.missing.pop(place, None)


async def read(
    session: Session, gaps: Gaps, nodes: Sequence[ua.NodeId]
) -> AsyncIterator[list[tuple[int, ua.DataValue]]]:
    """What the server kept of each gap, in parts of at most VALUES of one node; LineDown where it is away.

    A node of which the server keeps nothing is left out.
    """
    for place in sorted(gaps.missing):
        async for values in _of_node(session, nodes[place], gaps.missing[place]):
            yield [(place, v) for v in values]
            await asyncio.sleep(0)
        gaps.filled(place)


async def _of_node(session: Session, node: ua.NodeId, gap: Gap) -> AsyncIterator[list[Any]]:
    """One node's values within its gap, page by page.

    Some servers forget the continuation of a full page: after one, what follows its last value is asked for anew.
    """
    since, latest, point = gap.start, gap.start, None
    while True:
        status, values, point = await _asked(session, node, Gap(since, gap.end), point)
        if not status.is_good() and not values:
            _log.info("%s: no history of %s (%s)", session.where, node.to_string(), status.name)
            return
        inside = [v for v in values if latest < _time(v) < gap.end]
        if inside:
            yield inside
            latest = max(map(_time, inside))
        if point is not None and inside:
            continue
        point = None
        if len(values) < VALUES or latest == since:
            return
        since = latest


async def _asked(session: Session, node: ua.NodeId, gap: Gap, point: Any) -> tuple[ua.StatusCode, list[Any], Any]:
    """(status, data values, continuation point) of one question."""
    details: Any = ua.ReadRawModifiedDetails()
    details.IsReadModified, details.ReturnBounds = False, False
    details.StartTime, details.EndTime = _datetime(gap.start), _datetime(gap.end)
    details.NumValuesPerNode = VALUES
    asked = ua.HistoryReadValueId()
    asked.NodeId, asked.ContinuationPoint = node, point
    whole = ua.HistoryReadParameters()
    whole.HistoryReadDetails = details
    whole.TimestampsToReturn = ua.TimestampsToReturn.Both
    whole.ReleaseContinuationPoints = False
    whole.NodesToRead = [asked]
    try:
        [answer] = await session.services.history_read(whole)
    except NONE_KEPT as error:
        return ua.StatusCode(ua.UInt32(error.code)), [], None
    except ERRORS as error:
        raise session.down(error) from error
    values = list(getattr(answer.HistoryData, "DataValues", None) or ())
    same = answer.ContinuationPoint == point
    return answer.StatusCode, values, None if same else answer.ContinuationPoint or None


def _datetime(at: int) -> datetime:
    return (_EPOCH + timedelta(microseconds=at // 1_000)).replace(tzinfo=UTC)


def _time(value: Any) -> int:
    return nanoseconds(value.SourceTimestamp) or nanoseconds(value.ServerTimestamp) or 0
