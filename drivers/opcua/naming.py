"""From the addresses of points to the node ids of one server: namespaces by their names, paths by looking."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, cast

from asyncua import ua
from asyncua.ua.uaerrors import UaError

from drivers.base import Bound, Misfit
from drivers.opcua.address import Address
from facility.errors import ConfigError
from facility.point import Kind

NOWHERE: Final = ua.NodeId(ua.Int32(0), ua.Int16(65_535))
"""A node that no server has: its point comes back as unknown, and the others are read."""
ROOT: Final = ua.NodeId(ua.Int32(84), ua.Int16(0))
HIERARCHICAL: Final = ua.NodeId(ua.Int32(33), ua.Int16(0))
"""HierarchicalReferences."""
_FORWARD: Final = cast("ua.Boolean", False)  # noqa: FBT003 - asyncua has a type of its own
_NUMBERED: Final = re.compile(r"(\d{1,5}):(.+)")


def address_of(point: Bound) -> Address:
    """The point's own address; TypeError where it is another protocol's."""
    if not isinstance(point.address, Address):
        raise TypeError(f"{point.id} is bound to another protocol")
    return point.address


def misfits(_connection: object, points: Sequence[Bound]) -> Iterator[Misfit]:
    """Points whose unit makes no node id, and kinds that no value of a server can be."""
    for point in points:
        address, kind = address_of(point), point.means.kind
        if address.node is not None and _node(point, ()) is None:
            yield Misfit(point, "unit", f"{filled(address.node, point)!r} is no node id; does unit fit?")
        if kind is Kind.EVENT:
            says = "an event point has several fields, and a node or a condition has one value: use a state or a text"
            yield Misfit(point, "address", says)
        elif address.field == "message" and kind is not Kind.TEXT:
            yield Misfit(point, "address", f"a condition's message is a text, and the point is a {kind}")


def check(points: Sequence[Bound]) -> None:
    """ConfigError names every point that does not fit."""
    wrong = [f"{m.point.id}: {m.says}" for m in misfits(None, points)]
    if wrong:
        raise ConfigError("\n".join(wrong))


def node_of(point: Bound, namespaces: Sequence[str]) -> ua.NodeId:
    """The node id of a point that has one."""
    return _node(point, namespaces) or NOWHERE


def browse_path(point: Bound, namespaces: Sequence[str]) -> ua.BrowsePath | None:
    """The question for the node at a point's path; None where the server lacks a namespace of it."""
    address = address_of(point)
    own = 0 if address.namespace is None else _index(address.namespace, namespaces)
    asked = ua.BrowsePath()
    asked.StartingNode = ROOT
    for i, name in enumerate(filled(str(address.path), point).strip("/").split("/")):
        step = ua.RelativePathElement()
        step.ReferenceTypeId, step.IsInverse = HIERARCHICAL, _FORWARD
        numbered = _NUMBERED.fullmatch(name)
        space, name_ = (int(numbered[1]), numbered[2]) if numbered else (own if i else 0, name)
        if space >= len(namespaces):
            return None
        step.TargetName = ua.QualifiedName(name_, ua.UInt16(space))
        asked.RelativePath.Elements.append(step)
    return asked


def steps(path: str, namespace: str | None, namespaces: Sequence[str]) -> list[tuple[int | None, str]]:
    """(namespace, name or pattern) of each step of a path; None: whatever namespace."""
    own = None if namespace is None else _index(namespace, namespaces)
    out: list[tuple[int | None, str]] = []
    for i, name in enumerate(path.strip("/").split("/")):
        numbered = _NUMBERED.fullmatch(name)
        out.append((int(numbered[1]), numbered[2]) if numbered else (own if i else 0, name))
    return out


def relative(start: ua.NodeId, names: Sequence[str]) -> ua.BrowsePath:
    """The question for a node below another one, by names of OPC UA's own namespace."""
    asked = ua.BrowsePath()
    asked.StartingNode = start
    for name in names:
        step = ua.RelativePathElement()
        step.ReferenceTypeId, step.IsInverse = HIERARCHICAL, _FORWARD
        step.TargetName = ua.QualifiedName(name, ua.UInt16(0))
        asked.RelativePath.Elements.append(step)
    return asked


def found(answer: ua.BrowsePathResult) -> ua.NodeId:
    """The node at the end of a path, NOWHERE where there is none or more than one."""
    whole = [t for t in answer.Targets or () if t.RemainingPathIndex in (0, 0xFFFF_FFFF)]
    if not answer.StatusCode.is_good() or len(whole) != 1:
        return NOWHERE
    target = whole[0].TargetId
    return ua.NodeId(target.Identifier, target.NamespaceIndex, target.NodeIdType)


def filled(text: str, point: Bound) -> str:
    """`{unit}` and `{instance}` of a text filled in."""
    return text.replace("{unit}", str(point.unit)).replace("{instance}", point.instance)


def _index(uri: str, namespaces: Sequence[str]) -> int:
    return namespaces.index(uri) if uri in namespaces else 65_535


def _node(point: Bound, namespaces: Sequence[str]) -> ua.NodeId | None:
    text = filled(str(address_of(point).node), point)
    if text.startswith("nsu="):
        uri, _, rest = text.removeprefix("nsu=").partition(";")
        text = f"ns={_index(uri, namespaces)};{rest}"
    try:
        node = ua.NodeId.from_string(text)
    except (UaError, ValueError):
        return None
    fits = not isinstance(node.Identifier, int) or 0 <= node.Identifier < 2**32
    return node if fits else None
