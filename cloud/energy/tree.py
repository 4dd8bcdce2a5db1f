"""The meter tree of a stretch of time on the wire, with what remains unexplained at each node."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection

from cloud.energy.amounts import amounts_of
from cloud.energy.schemas import Sum, sum_of
from cloud.meters.facts import MeterFacts
from cloud.meters.schemas import MeterKind
from cloud.wire import Moment
from facility.energy.tree import Branch, Node, branches
from facility.energy.uses import use_of
from facility.words import Frozen, Text


class RemainderView(Frozen):
    """What a node's children do not account for, over the time in which all of them are known."""

    own: Sum
    """Of the node, in that time."""
    children: Sum
    left: Sum
    """own less children, never clipped; `coverage` says how much of the time could be compared."""
    share: float | None
    """left by own; null where own is 0 or nothing could be compared."""
    fault: bool
    """The children count more than the node, by more than the registers can't show: a fault of the data."""
    absent: tuple[str, ...]
    """Children that say nothing in this time."""


class TreeNode(Frozen):
    """A meter in the tree."""

    id: str
    parent: str | None
    depth: int
    kind: MeterKind
    name: Text
    unit: str
    use: str | None
    use_name: Text
    area: str | None
    total: Sum
    children: tuple[str, ...]
    """Those that are part of the remainder; a virtual meter stands beside the tree and is part of none."""
    remainder: RemainderView | None


class MeterTree(Frozen):
    """All meters of a site over a stretch of time, parents before their children."""

    site: str
    start: Moment
    end: Moment
    nodes: tuple[TreeNode, ...]
    faults: tuple[str, ...]
    """Nodes whose children count more than they do."""


def tree_of(connection: Connection, site: str, meters: Mapping[str, MeterFacts], start: int, end: int) -> MeterTree:
    """The tree over [start, end), both on a quarter hour."""
    amounts = amounts_of(connection, meters, tuple(meters), start, end)
    real = [Node(id, m.parent, m.unit) for id, m in meters.items() if m.kind != "virtual"]
    beside = [Node(id, None, m.unit) for id, m in meters.items() if m.kind == "virtual"]
    nodes = tuple(_view(meters[branch.node.id], branch) for branch in branches([*real, *beside], amounts))
    faults = tuple(node.id for node in nodes if node.remainder is not None and node.remainder.fault)
    return MeterTree(site=site, start=start, end=end, nodes=nodes, faults=faults)


def _view(meter: MeterFacts, branch: Branch) -> TreeNode:
    return TreeNode(
        id=meter.id,
        parent=meter.parent,
        depth=branch.depth,
        kind=meter.kind,
        name=meter.name,
        unit=meter.unit,
        use=meter.use,
        use_name=use_of(meter.use).name,
        area=meter.area,
        total=sum_of(branch.total),
        children=branch.children,
        remainder=_remainder(branch),
    )


def _remainder(branch: Branch) -> RemainderView | None:
    found = branch.remainder
    if found is None:
        return None
    share = found.left.amount / found.own.amount if found.left.coverage > 0 and found.own.amount else None
    return RemainderView(
        own=sum_of(found.own),
        children=sum_of(found.children),
        left=sum_of(found.left),
        share=None if share is None else round(share, 6),
        fault=found.fault,
        absent=found.absent,
    )
