"""From points to nodes: by id, by path, and by a path with `*` and `?` in it, looked up level by level."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from typing import Any, Final

from asyncua import ua

from drivers.base import Bound
from drivers.opcua.browsing import children
from drivers.opcua.naming import HIERARCHICAL, ROOT, address_of, filled, steps
from drivers.opcua.session import Session
from facility.errors import Refused

_log = logging.getLogger(__name__)

MOST: Final = 5_000
"""Nodes whose children are looked at for all the patterns of a session."""


async def nodes(session: Session, points: Sequence[Bound]) -> list[ua.NodeId]:
    """The node of each point; NOWHERE where there is none, or where a pattern fits more than one."""
    found = await session.nodes(points)
    patterns = {i: _pattern(p) for i, p in enumerate(points) if address_of(p).is_pattern}
    if patterns:
        looked = _Looked(session)
        names = await session.namespaces()
        for i, path in patterns.items():
            fits = await looked.fits(steps(path, address_of(points[i]).namespace, names))
            if len(fits) == 1:
                found[i] = fits[0]
            else:
                what = ", ".join(n.to_string() for n in fits[:5]) or "nothing"
                _log.warning("%s: %s must fit one node, and fits %s", points[i].id, path, what)
    return found


class _Looked:
    """What stands below each node, asked for once."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._below: dict[ua.NodeId, list[tuple[int, str, ua.NodeId]]] = {}

    async def fits(self, path: Sequence[tuple[int | None, str]]) -> list[ua.NodeId]:
        """The nodes at the end of a path of (namespace or any, pattern)."""
        level = [ROOT]
        for space, pattern in path:
            found: dict[ua.NodeId, None] = {}
            for node in level:
                for at, name, child in await self._children(node):
                    if space in (None, at) and _matches(name, pattern):
                        found[child] = None
            level = list(found)
        return [] if level == [ROOT] else level

    async def _children(self, node: ua.NodeId) -> list[tuple[int, str, ua.NodeId]]:
        if node not in self._below:
            if len(self._below) >= MOST:
                return []
            try:
                below: list[Any] = await children(self._session, node, HIERARCHICAL)
            except Refused:
                below = []
            self._below[node] = [
                (c.BrowseName.NamespaceIndex, str(c.BrowseName.Name),
                 ua.NodeId(c.NodeId.Identifier, c.NodeId.NamespaceIndex, c.NodeId.NodeIdType))
                for c in below
            ]  # fmt: skip
        return self._below[node]


def _pattern(point: Bound) -> str:
    return filled(str(address_of(point).path), point)


def _matches(name: str, pattern: str) -> bool:
    """Only `*` and `?` mean more than themselves: brackets stand in many a name."""
    return re.fullmatch(re.escape(pattern).replace(r"\*", ".*").replace(r"\?", "."), name, re.DOTALL) is not None
