"""Alarms and conditions of a server: told by events, and told again whole after each connect (ConditionRefresh)."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any, Final, TypeAlias, cast

from asyncua import ua
from asyncua.ua.status_codes import StatusCodes

from drivers.base import Bound
from drivers.opcua import guard
from drivers.opcua.condition_nodes import Standing, standing
from drivers.opcua.event_filter import AGAIN, REFRESH_END, fields_of
from drivers.opcua.naming import address_of
from drivers.opcua.session import ERRORS, Session

_log = logging.getLogger(__name__)

PATIENCE: Final = 10.0
"""Seconds for a refresh to come to its end."""
LOOK: Final = 0.25
"""Seconds between two looks at what there is to do."""

Found: TypeAlias = list[tuple[int, ua.DataValue]]


class Conditions:
    """The conditions of some points, by place in the line's list; `take` gets what they come to as data values."""

    def __init__(
        self, session: Session, points: Sequence[Bound], places: Sequence[int], nodes: Sequence[ua.NodeId],
        take: Callable[[Found], Awaitable[None]],
    ) -> None:  # fmt: skip
        self._session = session
        self._points = points
        self._nodes = nodes
        self._take = take
        self._places: dict[tuple[ua.NodeId, str], list[int]] = defaultdict(list)
        for place in places:
            self._places[nodes[place], str(address_of(points[place]).condition)].append(place)
        self._quiet = set(self._places)
        """Those of which the present refresh has told nothing yet."""
        self._wanted, self._ended = True, False
        self._until = 0.0
        self.settled = asyncio.Event()
        """Set when it is known how every condition stands."""

    async def events(self, fields: Sequence[Any]) -> None:
        """What one notification brought."""
        found: Found = []
        for event in map(fields_of, fields):
            kind = event.get("type")
            number = kind.Identifier if isinstance(kind, ua.NodeId) and kind.NamespaceIndex == 0 else None
            if number == REFRESH_END:
                self._ended = True
            elif number in AGAIN:
                self._wanted = True
            else:
                found += self._of_condition(event)
        if found:
            await self._take(found)

    def _of_condition(self, event: dict[str, Any]) -> Found:
        key = (event.get("source"), event.get("name"))
        branch = event.get("branch")
        if key not in self._places or (isinstance(branch, ua.NodeId) and not branch.is_null()):
            return []
        self._quiet.discard(key)
        return [(place, _value(event, address_of(self._points[place]).field)) for place in self._places[key]]

    async def tend(self, subscription: int) -> None:
        """Ask for a refresh where one is due, and find out about those of which it told nothing."""
        now = asyncio.get_running_loop().time()
        if self._wanted:
            self._wanted, self._ended = False, not await self._refreshed(subscription)
            self._until = now + PATIENCE
        elif self._ended or (not self.settled.is_set() and now >= self._until):
            self._ended = False
            await self._settle()

    async def _refreshed(self, subscription: int) -> bool:
        self._quiet = set(self._places)
        self.settled.clear()
        try:
            [answer] = await self._session.services.call([guard.refresh(subscription)])
        except ERRORS as error:
            raise self._session.down(error) from error
        if not answer.StatusCode.is_good():
            _log.warning("%s: no condition refresh (%s)", self._session.where, answer.StatusCode.name)
        return bool(answer.StatusCode.is_good())

    async def _settle(self) -> None:
        """A refresh tells only of what is of interest; the others are looked up where the server shows them."""
        found: Found = []
        for key in sorted(self._quiet, key=str):
            places = self._places[key]
            fields = [address_of(self._points[p]).field for p in places]
            how, values = await standing(self._session, *key, fields)
            if how is Standing.HIDDEN:
                values = [_unheard(field) for field in fields]
            found += zip(places, values, strict=True)
        self._quiet = set()
        if found:
            await self._take(found)
        self.settled.set()


def _value(event: dict[str, Any], field: str) -> ua.DataValue:
    """One field as a data value: with the condition's own quality, and nothing of a condition that is switched off."""
    raw, time, quality = event.get(field), event.get("time"), event.get("quality")
    code = quality if isinstance(quality, ua.StatusCode) else ua.StatusCode(ua.UInt32(0))
    if event.get("enabled") is False and field != "enabled":
        code = ua.StatusCode(ua.UInt32(StatusCodes.BadNoData))
    return ua.DataValue(
        ua.Variant(raw) if isinstance(raw, bool | int | float | str | ua.LocalizedText) else ua.Variant(),
        StatusCode=code, SourceTimestamp=cast("Any", time) if isinstance(time, datetime) else None,
    )  # fmt: skip


def _unheard(field: str) -> ua.DataValue:
    """A condition that is not told and not shown is, for all that is known, not active."""
    if field in ("active", "retain"):
        return ua.DataValue(ua.Variant(False), StatusCode=ua.StatusCode(ua.UInt32(StatusCodes.UncertainInitialValue)))  # noqa: FBT003
    return ua.DataValue(ua.Variant(), StatusCode=ua.StatusCode(ua.UInt32(StatusCodes.BadWaitingForInitialData)))
