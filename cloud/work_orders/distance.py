"""How far somebody is from an order: the steps between two places in the site's tree, from where they worked last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, select

from cloud.equipment.store import equipment_rows
from cloud.sites.store import places
from cloud.work_orders.row import OrderRow
from cloud.work_orders.tables import WORK_ORDER
from facility.clock import NS

KNOWN_FOR: Final = 4 * 3600 * NS
"""Who arrived somewhere longer ago may be anywhere."""
Parents = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where the people of a site arrived last, by their orders only, and where the order is."""

    parents: Parents
    at: Mapping[str, str]
    """Person → place."""
    order: str | None

    def of(self, person: str) -> int | None:
        """Steps between; None where one of both places is not known."""
        here = self.at.get(person)
        return None if here is None or self.order is None else between(self.parents, here, self.order)


def between(parents: Parents, a: str, b: str) -> int | None:
    """The steps up to the place that both lie in, and down again; None where they share none."""
    up, down = _upwards(parents, a), _upwards(parents, b)
    ranks = {place: rank for rank, place in enumerate(down)}
    return next((steps + ranks[place] for steps, place in enumerate(up) if place in ranks), None)


def _upwards(parents: Parents, place: str) -> list[str]:
    found: list[str] = []
    here: str | None = place
    while here is not None and here not in found:
        found.append(here)
        here = parents.get(here)
    return [*found, ""]


def whereabouts(connection: Connection, row: OrderRow, now: int) -> Whereabouts:
    """Of one order's site."""
    stands = {each["id"]: each["place"] for each in equipment_rows(connection, frozenset({row.site}))}
    w = WORK_ORDER.c
    recent = (w.site == row.site) & (w.arrived_at > now - KNOWN_FOR) & w.assignee.is_not(None)
    arrived = connection.execute(select(w.assignee, w.place, w.equipment).where(recent).order_by(w.arrived_at))
    at = {found.assignee: found.place or stands.get(found.equipment or "") for found in arrived}
    return Whereabouts(
        parents={place["id"]: place["parent"] for place in places(connection, row.site)},
        at={person: place for person, place in at.items() if place},
        order=row.place or stands.get(row.equipment or ""),
    )
