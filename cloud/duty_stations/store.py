"""Duty stations and sound tests in the store."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, RowMapping, delete, func, insert, select, update

from cloud.duty_stations.tables import DUTY_STATION, SOUND_TEST
from cloud.ids import new_id

_S, _T = DUTY_STATION.c, SOUND_TEST.c


def stations(connection: Connection, site: str, post: str | None = None) -> Sequence[RowMapping]:
    """Those of a site, by post and name."""
    query = select(DUTY_STATION).where(_S.site == site).order_by(_S.post, _S.name, _S.id)
    return connection.execute(query if post is None else query.where(_S.post == post)).mappings().all()


def station_by_id(connection: Connection, id: str) -> RowMapping | None:
    """One station."""
    return connection.execute(select(DUTY_STATION).where(_S.id == id)).mappings().first()


def add_station(connection: Connection, site: str, post: str, name: str, by: str, *, at: int) -> str:
    """Its id."""
    row = {"id": new_id(at), "site": site, "post": post, "name": name, "enrolled_at": at, "enrolled_by": by}
    connection.execute(insert(DUTY_STATION), row)
    return str(row["id"])


def remove_station(connection: Connection, id: str) -> None:
    """It is no longer enrolled; its tests stay."""
    connection.execute(delete(DUTY_STATION).where(_S.id == id))


def heard_from(connection: Connection, id: str, *, armed: bool, at: int) -> None:
    """It said that it is there; `armed`: that it would sound."""
    told = {"seen_at": at} | ({"armed_at": at} if armed else {})
    connection.execute(update(DUTY_STATION).where(_S.id == id).values(**told))


def last_armed(connection: Connection, site: str, post: str) -> int | None:
    """When the last of a post's stations said that it would sound."""
    query = select(func.max(_S.armed_at)).where(_S.site == site, _S.post == post)
    return connection.execute(query).scalar_one_or_none()


def add_test(connection: Connection, station: RowMapping, by: str, *, heard: bool, at: int) -> str:
    """Append to the log; its id."""
    kept = {name: station[name] for name in ("site", "name", "post")}
    row = kept | {"id": new_id(at), "station": station["id"], "at": at, "by": by, "heard": heard}
    connection.execute(insert(SOUND_TEST), row)
    return str(row["id"])


def tests(connection: Connection, site: str, most: int) -> Sequence[RowMapping]:
    """The log of a site, the newest first."""
    query = select(SOUND_TEST).where(_T.site == site).order_by(_T.at.desc(), _T.id.desc()).limit(most)
    return connection.execute(query).mappings().all()


def last_tests(connection: Connection, site: str) -> dict[str, RowMapping]:
    """Station → its newest test."""
    newest = select(_T.station, func.max(_T.at).label("at")).where(_T.site == site).group_by(_T.station).subquery()
    query = select(SOUND_TEST).join(newest, (_T.station == newest.c.station) & (_T.at == newest.c.at))
    return {row["station"]: row for row in connection.execute(query).mappings()}
