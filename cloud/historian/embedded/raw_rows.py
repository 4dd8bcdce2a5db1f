"""Raw rows of the embedded historian in pages, in growing spans of time, so that a page costs what it holds."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import numpy as np

from cloud.historian.base import Cursor, Rows, Scalar, Series
from cloud.historian.embedded.runs import Range, samples
from cloud.historian.embedded.tables import HOUR
from cloud.historian.registry import Entry, Registry, name_of

_Row = tuple[int, int, float | int | None, str | None]


def page(
    connection: duckdb.DuckDBPyConnection,
    registry: Registry,
    wanted: Sequence[Series],
    span: tuple[int, int],
    after: Cursor | None,
    limit: int,
) -> Rows:
    """At most `limit` rows of [span), after the cursor, ordered by time, then by the place asked for."""
    entries = [registry.find(name_of(each)) for each in wanted]
    kinds = {place: entry.kind for place, entry in enumerate(entries) if entry is not None}
    found: list[_Row] = []
    start, end = span if after is None else (max(span[0], after.at), span[1])
    length = HOUR
    while start < end and len(found) <= limit and kinds:
        until = min(start + length, end)
        found += _span(connection, entries, (start, until), after, limit + 1 - len(found))
        start, length = until, length * 4
    rows = found[:limit]
    return Rows(
        np.array([row[1] for row in rows], dtype=np.int32),
        np.array([row[0] for row in rows], dtype=np.int64),
        [_scalar(kinds[row[1]], row[2], row[3]) for row in rows],
        Cursor(rows[-1][0], rows[-1][1]) if len(found) > limit else None,
    )


def _span(
    connection: duckdb.DuckDBPyConnection,
    entries: Sequence[Entry | None],
    span: tuple[int, int],
    after: Cursor | None,
    limit: int,
) -> list[_Row]:
    asked = [(place, entry.id) for place, entry in enumerate(entries) if entry is not None]
    chosen = Range([id for _, id in asked], *span)
    places = ", ".join(f"({place}, {id})" for place, id in asked)
    where = chosen.between()
    later = f"WHERE time > {after.at} OR (time = {after.at} AND place > {after.index})" if after else ""
    return connection.execute(
        f"SELECT time, place, value, text FROM (SELECT coalesce(n.series, t.series) AS series, "  # noqa: S608
        f"coalesce(n.time, t.time) AS time, value, text FROM (SELECT * FROM {samples(chosen)} UNION ALL "
        f"SELECT series, time, reason FROM quality WHERE {where}) n FULL JOIN "
        f"(SELECT * FROM texts WHERE {where}) t ON n.series = t.series AND n.time = t.time) "
        f"JOIN (VALUES {places}) AS asked(place, id) ON series = id {later} ORDER BY time, place LIMIT {limit}"
    ).fetchall()


def _scalar(kind: str, value: float | None, text: str | None) -> Scalar:
    if kind == "s" or value is None:
        return text or ""
    if kind in "iu":
        return int(text) if text is not None else int(value)
    return bool(value) if kind == "b" else float(value)
