"""Grounds of baselines in the store."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select

from cloud.baselines.schemas import Ground
from cloud.baselines.tables import BASELINE

_B = BASELINE.c


def grounds(connection: Connection, site: str) -> dict[str, Ground]:
    """By meter."""
    rows = connection.execute(select(_B.meter, _B.body).where(_B.site == site).order_by(_B.meter))
    return {row.meter: Ground.model_validate_json(row.body) for row in rows}


def put_ground(connection: Connection, site: str, meter: str, ground: Ground, *, by: str, now: int) -> None:
    """In place of the one before."""
    remove_ground(connection, site, meter)
    row = {"site": site, "meter": meter, "body": ground.model_dump_json(by_alias=True), "updated_at": now}
    connection.execute(insert(BASELINE), row | {"updated_by": by[:64]})


def remove_ground(connection: Connection, site: str, meter: str) -> bool:
    """False where there is none."""
    return connection.execute(delete(BASELINE).where(_B.site == site, _B.meter == meter)).rowcount == 1
