"""Looking through a server's address space, breadth first, with an end to it."""

from __future__ import annotations

from typing import Any, Final

from asyncua import ua
from asyncua.ua.uaerrors import UaError

from drivers.base import Node
from drivers.opcua.naming import HIERARCHICAL
from drivers.opcua.session import ERRORS, Session
from facility.errors import Refused

MOST: Final = 10_000
"""Nodes in one answer."""
OBJECTS: Final = "i=85"


async def browse(session: Session, start: str, depth: int) -> list[Node]:
    """Objects and variables below `start`, `depth` levels of them, each once; at most MOST. Variables with values."""
    try:
        root = ua.NodeId.from_string(start or OBJECTS)
    except (UaError, ValueError) as error:
        raise Refused(f"{start!r} is no node id; write ns=2;s=Name or i=85") from error
    seen, level = {root}, [root]
    found: list[Any] = []
    for _ in range(depth):
        below: list[ua.NodeId] = []
        for node in level:
            for child in await children(session, node, HIERARCHICAL):
                id_ = ua.NodeId(child.NodeId.Identifier, child.NodeId.NamespaceIndex, child.NodeId.NodeIdType)
                if id_ not in seen and len(found) < MOST:
                    seen.add(id_)
                    below.append(id_)
                    found.append((id_, child))
        level = below
    return await _shown(session, found)


async def children(session: Session, node: ua.NodeId, reference: ua.NodeId) -> list[ua.ReferenceDescription]:
    """Objects and variables to which references of a type lead from a node; Refused where there is no such node."""
    asked = ua.BrowseDescription()
    asked.NodeId = node
    asked.BrowseDirection = ua.BrowseDirection.Forward
    asked.ReferenceTypeId = reference
    asked.IncludeSubtypes = True
    asked.NodeClassMask = ua.UInt32(ua.NodeClass.Object | ua.NodeClass.Variable)
    asked.ResultMask = ua.UInt32(ua.BrowseResultMask.All)
    whole = ua.BrowseParameters()
    whole.NodesToBrowse = [asked]
    found: list[ua.ReferenceDescription] = []
    try:
        [answer] = await session.services.browse(whole)
        found += answer.References or ()
        while answer.ContinuationPoint and len(found) < MOST:
            more = ua.BrowseNextParameters()
            more.ContinuationPoints = [answer.ContinuationPoint]
            [answer] = await session.services.browse_next(more)
            found += answer.References or ()
    except ERRORS as error:
        raise session.down(error) from error
    if not answer.StatusCode.is_good() and not found:
        raise Refused(f"{node.to_string()}: {answer.StatusCode.name}")
    return found


async def _shown(session: Session, found: list[Any]) -> list[Node]:
    variables = [id_ for id_, child in found if child.NodeClass is ua.NodeClass.Variable]
    values = dict(zip(variables, await session.read(variables), strict=True))
    nodes: list[Node] = []
    for id_, child in found:
        data = values.get(id_)
        variant = data.Value if data is not None else None
        kind = variant.VariantType.name if variant is not None else child.NodeClass.name
        value = "" if variant is None else repr(variant.Value)
        nodes.append(Node(id_.to_string(), str(child.BrowseName.Name), value, kind))
    return nodes
