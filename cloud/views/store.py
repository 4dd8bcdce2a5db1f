"""Saved views in the store."""

from __future__ import annotations

from sqlalchemy import Connection, RowMapping, delete, func, insert, or_, select, update

from cloud.caller import Caller
from cloud.ids import new_id
from cloud.views.schemas import NewView, TrendView, View
from cloud.views.tables import VIEW

MOST = 200
"""Views of one person at one site."""
_V = VIEW.c


def views(connection: Connection, among: frozenset[str] | None, owner: str) -> list[RowMapping]:
    """One's own and the shared ones of these sites (None: all), by name."""
    query = select(VIEW).where(or_(_V.owner == owner, _V.shared)).order_by(_V.site, _V.name, _V.id)
    return list(connection.execute(query if among is None else query.where(_V.site.in_(among))).mappings())


def view_row(connection: Connection, id: str) -> RowMapping | None:
    """One view."""
    return connection.execute(select(VIEW).where(_V.id == id)).mappings().first()


def is_full(connection: Connection, site: str, owner: str) -> bool:
    """Whether somebody keeps as many as one may."""
    query = select(func.count()).select_from(VIEW).where(_V.site == site, _V.owner == owner)
    return connection.execute(query).scalar_one() >= MOST


def add_view(connection: Connection, view: NewView, owner: str, *, at: int) -> str:
    """Keep a new one; its id can't be guessed."""
    id = new_id(at)
    connection.execute(insert(VIEW), _columns(view) | {"id": id, "owner": owner, "created_at": at, "updated_at": at})
    return id


def change_view(connection: Connection, id: str, view: NewView, *, at: int) -> None:
    """Replace what it says."""
    connection.execute(update(VIEW).where(_V.id == id).values(**_columns(view), updated_at=at))


def drop_view(connection: Connection, id: str) -> None:
    """Forget it."""
    connection.execute(delete(VIEW).where(_V.id == id))


def _columns(view: NewView) -> dict[str, object]:
    body = view.view.model_dump_json(by_alias=True)
    return {"site": view.site, "name": view.name, "shared": view.shared, "body": body}


def view_of(row: RowMapping, caller: Caller) -> View:
    """The view of a row."""
    told = {key: row[key] for key in ("id", "site", "name", "shared", "owner", "created_at", "updated_at")}
    return View(**told, own=row["owner"] == caller.id, view=TrendView.model_validate_json(row["body"]))
