"""GET /series: points in buckets for charts, /series/xlsx as a workbook; GET /history: raw rows, page by page."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated

import numpy as np
import orjson
from fastapi import APIRouter, Depends, Query, Response
from pydantic import Field

from cloud.caller import Allow, Caller
from cloud.database.base import Database
from cloud.dependencies import Store, TheClock
from cloud.errors import Conflict, NotFound, Problem, Unavailable, problems
from cloud.historian.base import Buckets, Cursor
from cloud.historian.dependency import TheHistorian
from cloud.historian.grid import MAX_BUCKETS
from cloud.permissions import Permission
from cloud.series.points import Wanted, find_points
from cloud.series.schemas import HistoryRow, SeriesAnswer
from cloud.series.statistics import PointStatistics, point_statistics
from cloud.series.ticks import Tick, ticks
from cloud.series.times import range_of
from cloud.series.workbook import Language, workbook
from cloud.sites.store import site_by_id
from cloud.spreadsheet import MEDIA_TYPE, attachment
from cloud.wire import Asked, Page, cursor_of, one_site, read_cursor
from facility.clock import NS

router = APIRouter(prefix="/api/v1", tags=["series"])
POINTS = 50
"""Points of one question."""


class Points(Asked):
    """Which points, and when."""

    point: list[str] = Field(min_length=1, max_length=POINTS, description="`pump-1.flow`; may be repeated")
    start: str = Field(default="-24h", alias="from", description="RFC 3339, or so long ago: -24h, -30d")
    end: str = Field(default="now", alias="to", description="RFC 3339, -1h, or now")
    site: str | None = None


@dataclass(frozen=True, slots=True)
class Range:
    """The points of a question that the caller may see, over [start, end)."""

    points: list[Wanted]
    start: int
    end: int


async def range_asked(store: Database, caller: Caller, permission: Permission, query: Points, now: int) -> Range:
    """Problem, NotFound or Conflict where the times or the points are none."""
    start, end = range_of(query.start, query.end, now)
    among = one_site(caller.sites(permission), query.site)
    return Range(await store.read(lambda c: find_points(c, among, query.point)), start, end)


class SeriesQuery(Points):
    """… in how many buckets."""

    buckets: int = Field(default=500, ge=1, le=MAX_BUCKETS)


class WorkbookQuery(SeriesQuery):
    """… and in which language its head is."""

    language: Language = "zh"


class HistoryQuery(Points):
    """… from which row on."""

    after: str | None = Field(default=None, description="`next` of the page before")
    limit: int = Field(default=10_000, ge=1, le=50_000)


@router.get("/series", response_model=SeriesAnswer, responses=problems(Problem, NotFound, Conflict, Unavailable))
async def get_series(
    store: Store,
    clock: TheClock,
    historian: TheHistorian,
    caller: Annotated[Caller, Depends(Allow(Permission.SERIES_READ))],
    query: Annotated[SeriesQuery, Query()],
) -> Response:
    """Every point in at most `buckets` buckets of one round width; the first and last bucket are whole."""
    asked = await range_asked(store, caller, Permission.SERIES_READ, query, clock.now())
    found = await historian.series([each.series for each in asked.points], asked.start, asked.end, query.buckets)
    return Response(_columns(asked.points, found), media_type="application/json")


@router.get(
    "/series/xlsx",
    response_class=Response,
    responses={200: {"content": {MEDIA_TYPE: {}}}, **problems(Problem, NotFound, Conflict, Unavailable)},
)
async def get_series_workbook(
    store: Store,
    clock: TheClock,
    historian: TheHistorian,
    caller: Annotated[Caller, Depends(Allow(Permission.SERIES_READ))],
    query: Annotated[WorkbookQuery, Query()],
) -> Response:
    """The same buckets as a workbook, in the time of the site."""
    asked = await range_asked(store, caller, Permission.SERIES_READ, query, clock.now())
    site = await store.read(partial(site_by_id, id=asked.points[0].site))
    found = await historian.series([each.series for each in asked.points], asked.start, asked.end, query.buckets)
    zone = site["timezone"] if site is not None else "UTC"
    content = await asyncio.to_thread(workbook, asked.points, found, zone, query.language)
    return Response(content, media_type=MEDIA_TYPE, headers=attachment("trend.xlsx"))


@router.get("/series/statistics", responses=problems(Problem, NotFound, Conflict, Unavailable))
async def get_statistics(
    store: Store,
    clock: TheClock,
    historian: TheHistorian,
    caller: Annotated[Caller, Depends(Allow(Permission.SERIES_READ))],
    query: Annotated[Points, Query()],
) -> Page[PointStatistics]:
    """Least, most, mean, deviation and quantiles by time, a counter's rise, a state's shares; gaps are not counted."""
    asked = await range_asked(store, caller, Permission.SERIES_READ, query, clock.now())
    return Page(items=await point_statistics(historian, asked.points, asked.start, asked.end))


@router.get("/series/ticks", responses=problems(Problem, NotFound, Conflict))
async def get_ticks(
    store: Store,
    clock: TheClock,
    caller: Annotated[Caller, Depends(Allow(Permission.ALARM_READ))],
    query: Annotated[Points, Query()],
) -> Page[Tick]:
    """Alarms and orders of the equipment of these points, as ticks on the time axis."""
    asked = await range_asked(store, caller, Permission.ALARM_READ, query, clock.now())
    return Page(items=await store.read(lambda c: ticks(c, asked.points, asked.start, asked.end)))


@router.get("/history", responses=problems(Problem, NotFound, Conflict, Unavailable))
async def get_history(
    store: Store,
    clock: TheClock,
    historian: TheHistorian,
    caller: Annotated[Caller, Depends(Allow(Permission.HISTORY_READ))],
    query: Annotated[HistoryQuery, Query()],
) -> Page[HistoryRow]:
    """Raw rows by time, exactly as they were written."""
    asked = await range_asked(store, caller, Permission.HISTORY_READ, query, clock.now())
    after = _cursor(query.after)
    rows = await historian.history(
        [each.series for each in asked.points], asked.start, asked.end, after=after, limit=query.limit
    )
    columns = zip(rows.index.tolist(), rows.at.tolist(), rows.value, strict=True)
    items = tuple(HistoryRow(point=asked.points[place].point.id, at=at, value=value) for place, at, value in columns)
    following = cursor_of(rows.after.at, str(rows.after.index)) if rows.after else None
    return Page(items=items, next=following)


def _cursor(text: str | None) -> Cursor | None:
    if text is None:
        return None
    at, index = read_cursor(text)
    if not index.isdigit():
        raise Problem(
            "翻页标记无效,请原样使用上一页给出的标记 · "
            "this cursor is not one of ours: take `next` of the page before, as it is"
        )
    return Cursor(at, int(index))


def _columns(wanted: Sequence[Wanted], found: Sequence[Buckets]) -> bytes:
    """The JSON straight from the arrays; NaN becomes null."""
    items = [
        {
            "point": each.point.id,
            "site": each.site,
            "name": each.point.means.name.model_dump(),
            "unit": each.point.means.unit,
            "decimals": each.point.means.decimals,
            **{
                name: np.ascontiguousarray(getattr(buckets, name))
                for name in ("count", "minimum", "maximum", "mean", "first", "last", "bad", "uncertain", "silent")
            },
        }
        for each, buckets in zip(wanted, found, strict=True)
    ]
    grid = found[0]
    answer = {"start": grid.start // 1_000_000, "width": grid.width / NS, "items": items}
    return orjson.dumps(answer, option=orjson.OPT_SERIALIZE_NUMPY)
