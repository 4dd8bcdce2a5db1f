"""A condition looked up in the address space, where the server shows it there."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import Any, Final

from asyncua import ua
from asyncua.ua.status_codes import StatusCodes

from drivers.opcua.browsing import children
from drivers.opcua.event_filter import FIELDS
from drivers.opcua.naming import HIERARCHICAL, NOWHERE, found, relative
from drivers.opcua.session import ERRORS, Session
from facility.errors import Refused

HAS_CONDITION: Final = ua.NodeId(ua.Int32(9006), ua.Int16(0))


class Standing(Enum):
    """Whether a condition can be looked at."""

    SHOWN = 1
    HIDDEN = 2
    NOWHERE = 3


async def standing(
    session: Session, source: ua.NodeId, name: str, fields: Sequence[str]
) -> tuple[Standing, list[ua.DataValue]]:
    """How a condition of a source stands: a data value for each field; none where it is hidden."""
    gone = ua.DataValue(ua.Variant(), StatusCode=ua.StatusCode(ua.UInt32(StatusCodes.BadNodeIdUnknown)))
    if source == NOWHERE:
        return Standing.NOWHERE, [gone] * len(fields)
    try:
        below = await children(session, source, HAS_CONDITION) + await children(session, source, HIERARCHICAL)
    except Refused:
        return Standing.NOWHERE, [gone] * len(fields)
    nodes = [c.NodeId for c in below if str(c.BrowseName.Name) == name or _shown(c) == name]
    if not nodes:
        return Standing.HIDDEN, []
    condition = ua.NodeId(nodes[0].Identifier, nodes[0].NamespaceIndex, nodes[0].NodeIdType)
    try:
        paths = [relative(condition, FIELDS[field][1]) for field in fields]
        answers = await session.services.translate_browsepaths_to_nodeids(paths)
    except ERRORS as error:
        raise session.down(error) from error
    return Standing.SHOWN, await session.read([found(a) for a in answers])


def _shown(child: Any) -> str:
    return str(child.DisplayName.Text) if child.DisplayName is not None else ""
