"""Verdicts out of the store, and the routes that they are about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import orjson
from sqlalchemy import Connection, RowMapping, select

from cloud.gateways.tables import INVENTORY
from cloud.ingest.tables import EVENT
from facility.clock import NS
from facility.site import Route
from facility.words import Text

EARLY = 3_600 * NS
"""A verdict may lie so long before its round's start,"""
LATE = 90_000 * NS
"""and so long after it."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which rounds; None means any. `start` and `end` bound the starts of rounds."""

    sites: frozenset[str] | None
    start: int
    end: int
    route: str | None = None


@dataclass(frozen=True, slots=True)
class Routes:
    """The routes of an inventory and the names of its places."""

    routes: dict[str, Route]
    places: dict[str, Text]


def verdicts(connection: Connection, wanted: Filter) -> Sequence[RowMapping]:
    """All that was told of rounds that may have started then, in the order in which it was told."""
    e = EVENT.c
    query = select(e.site, e.gateway, e.equipment, e.recorded_at, e.inventory, e.data).where(
        e.type == "patrol.verdict", e.at >= wanted.start - EARLY, e.at < wanted.end + LATE
    )
    if wanted.sites is not None:
        query = query.where(e.site.in_(wanted.sites))
    return connection.execute(query.order_by(e.recorded_at, e.lane, e.seq)).mappings().all()


def routes(connection: Connection, site: str, gateway: str, revision: str) -> Routes:
    """Those of a revision, or of the newest inventory where that one never came."""
    i = INVENTORY.c
    mine = (i.site == site) & (i.gateway == gateway) & i.body.is_not(None)
    newest = select(i.body).where(mine).order_by((i.revision == revision).desc(), i.received_at.desc()).limit(1)
    body = connection.execute(newest).scalar_one_or_none()
    return _read(body) if body is not None else Routes({}, {})


@lru_cache(maxsize=16)
def _read(body: str) -> Routes:
    data = orjson.loads(body)
    found = [Route.model_validate(route) for route in data.get("routes", ())]
    places = {p["id"]: Text(zh=p["zh"], en=p["en"]) for p in data.get("places", ())}
    return Routes({route.id: route for route in found}, places)
