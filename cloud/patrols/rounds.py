"""From what was told, in its order, to rounds as they read now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from sqlalchemy import RowMapping

from cloud.patrols.schemas import CheckpointVisit, Round, Said
from cloud.patrols.store import Filter, Routes
from facility.clock import from_iso
from facility.event import PatrolVerdict
from facility.words import Text

Told = list[tuple[RowMapping, PatrolVerdict]]
Key = tuple[str, str, str, str]
"""(site, gateway, route, start of the round)."""


def rounds(rows: Sequence[RowMapping], wanted: Filter, routes: Callable[[str, str, str], Routes]) -> list[Round]:
    """The newest start first."""
    told: dict[Key, Told] = {}
    for row in rows:
        said = PatrolVerdict.model_validate_json(row["data"])
        if said.round and wanted.route in (None, said.route) and wanted.start <= from_iso(said.round) < wanted.end:
            told.setdefault((row["site"], row["gateway"], said.route, said.round), []).append((row, said))
    found = [_round(key, some, routes(key[0], key[1], some[-1][0]["inventory"])) for key, some in told.items()]
    return sorted(found, key=lambda r: (-r.start, r.site, r.route))


def _round(key: Key, told: Told, known: Routes) -> Round:
    site, gateway, route_id, start = key
    route = known.routes.get(route_id)
    planned = {c.id: c for c in route.checkpoints} if route else {}
    visits = []
    for id in dict.fromkeys([*planned, *(said.checkpoint for _, said in told)]):
        mine = [(row, said) for row, said in told if said.checkpoint == id]
        place = planned[id].place if id in planned else None
        reader = planned[id].reader if id in planned else str(mine[0][0]["equipment"])
        visits.append(_visit(id, known.places.get(place or "", Text(zh=id, en=id)), place, reader, mine))
    return Round(
        site=site,
        gateway=gateway,
        route=route_id,
        name=route.name if route else Text(zh=route_id, en=route_id),
        kind=route.kind if route else None,
        start=from_iso(start),
        checkpoints=tuple(visits),
        counts=dict(Counter(v.verdict or "open" for v in visits)),
    )


def _visit(id: str, name: Text, place: str | None, reader: str, told: Told) -> CheckpointVisit:
    trace = [_said(row, said) for row, said in told if said.visit]
    others = {(said.guard, said.read_at): _said(row, said) for row, said in told if not said.visit}
    now = trace[-1] if trace else None
    if now is not None:
        others.pop((now.guard, now.read_at), None)
    return CheckpointVisit(
        checkpoint=id,
        name=name,
        place=place,
        equipment=reader,
        verdict=now.verdict if now else None,
        read_at=now.read_at if now else None,
        error=now.error if now else None,
        guard=now.guard if now else None,
        others=tuple(others.values()),
        trace=tuple(trace),
    )


def _said(row: RowMapping, said: PatrolVerdict) -> Said:
    return Said(
        verdict=said.verdict,
        read_at=said.read_at,
        error=said.error,
        guard=said.guard,
        replaces=said.replaces,
        told_at=row["recorded_at"],
    )
