"""The meter tree: what goes into a node, what its children account for, and what remains unexplained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from facility.energy.intervals import I8, Intervals, Total
from facility.energy.quality import AmountQuality


@dataclass(frozen=True, slots=True)
class Node:
    """A meter's place in the tree."""

    id: str
    parent: str | None
    unit: str


@dataclass(frozen=True, slots=True)
class Remainder:
    """Own less children, only over the time in which all of them are known; never clipped.

    `own` and `children` are those of that time, so they need not be the totals of the whole stretch.
    """

    own: Total
    children: Total
    left: Total
    """Its coverage is the share of the time that could be compared; below 0 it is a fault of the data."""
    absent: tuple[str, ...]
    """Children without any amount in the time that the node itself is known."""

    @property
    def fault(self) -> bool:
        """Children count more than the meter above them, by more than the registers can't show."""
        return self.left.coverage > 0 and self.left.amount < -max(self.left.uncertainty, 0.0)


@dataclass(frozen=True, slots=True)
class Branch:
    """A node with its total, and what remains where it has children."""

    node: Node
    depth: int
    total: Total
    children: tuple[str, ...]
    remainder: Remainder | None


def branches(nodes: Sequence[Node], of: Mapping[str, Intervals]) -> list[Branch]:
    """Every node, parents before their children; children that count in another unit are no part of a remainder.

    A node whose parent is not there is a root; of a circle the first is.
    """
    by_id = {node.id: node for node in nodes}
    children: dict[str, list[Node]] = {}
    for node in nodes:
        if node.parent in by_id and node.parent != node.id:
            children.setdefault(str(node.parent), []).append(node)
    found: dict[str, Branch] = {}

    def walk(node: Node, depth: int) -> None:
        if node.id in found:
            return
        below = [child for child in children.get(node.id, []) if child.unit == node.unit]
        found[node.id] = Branch(
            node,
            depth,
            of[node.id].total(),
            tuple(child.id for child in below),
            remainder(of[node.id], {child.id: of[child.id] for child in below}) if below else None,
        )
        for child in children.get(node.id, []):
            walk(child, depth + 1)

    for node in nodes:
        if node.parent not in by_id or node.parent == node.id:
            walk(node, 0)
    for node in nodes:
        walk(node, 0)
    return list(found.values())


def remainder(own: Intervals, children: Mapping[str, Intervals]) -> Remainder:
    """What the children leave of a node."""
    together = own.coverage >= 1
    absent = []
    for id, child in children.items():
        full = child.coverage >= 1
        if not np.any(full & (own.coverage >= 1)):
            absent.append(id)
        together = together & full
    upper = _only(own, together)
    lower = _sum([_only(child, together) for child in children.values()], own.edges, own.unit)
    before, after = upper.before + lower.before, upper.after + lower.after
    worst = np.maximum(upper.quality, lower.quality)
    left = Intervals(own.unit, own.edges, upper.amount - lower.amount, worst, upper.coverage, before, after)
    return Remainder(upper.total(), lower.total(), left.total(), tuple(absent))


def _only(one: Intervals, which: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Intervals:
    return Intervals(
        one.unit,
        one.edges,
        np.where(which, one.amount, 0),
        np.where(which, one.quality, AmountQuality.MISSING).astype(np.uint8),
        np.where(which, one.coverage, 0.0),
        np.where(which, one.before, 0.0),
        np.where(which, one.after, 0.0),
    )


def _sum(parts: Sequence[Intervals], edges: I8, unit: str) -> Intervals:
    return Intervals(
        unit,
        edges,
        np.sum([part.amount for part in parts], axis=0, dtype=np.int64),
        np.max([part.quality for part in parts], axis=0).astype(np.uint8),
        np.min([part.coverage for part in parts], axis=0),
        np.sum([part.before for part in parts], axis=0),
        np.sum([part.after for part in parts], axis=0),
    )
