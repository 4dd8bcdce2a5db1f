"""Drawings in the store."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, RowMapping, delete, insert, select

from cloud.drawings.tables import DRAWING

_D = DRAWING.c


def drawings(connection: Connection, site: str) -> Sequence[RowMapping]:
    """All of a site, by place, without their content."""
    columns = (_D.site, _D.place, _D.updated_at, _D.updated_by)
    return connection.execute(select(*columns).where(_D.site == site).order_by(_D.place)).mappings().all()


def drawing(connection: Connection, site: str, place: str) -> RowMapping | None:
    """One, whole."""
    return connection.execute(select(DRAWING).where(_D.site == site, _D.place == place)).mappings().first()


def put_drawing(connection: Connection, site: str, place: str, svg: str, by: str, *, at: int) -> None:
    """Keep it instead of the one before."""
    remove_drawing(connection, site, place)
    row = {"site": site, "place": place, "svg": svg, "updated_at": at, "updated_by": by}
    connection.execute(insert(DRAWING), row)


def remove_drawing(connection: Connection, site: str, place: str) -> bool:
    """False where there is none."""
    return connection.execute(delete(DRAWING).where(_D.site == site, _D.place == place)).rowcount == 1
