"""Tariffs and contracts in the store; a new revision leaves the past as it was, or says why not."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

from sqlalchemy import Connection, RowMapping, delete, func, insert, select

from cloud.errors import NotFound, Unprocessable
from cloud.tariffs.schemas import Contracts, NewTariff, StoredTariff
from cloud.tariffs.tables import SUPPLY_CONTRACT, TARIFF_REVISION
from facility.energy.bill import Contract
from facility.energy.tariff import Tariff
from facility.errors import nearest

_T = TARIFF_REVISION.c
_C = SUPPLY_CONTRACT.c


@lru_cache(maxsize=256)
def _tariff(body: str) -> Tariff:
    return Tariff.model_validate_json(body)


@lru_cache(maxsize=256)
def _contracts(body: str) -> Contracts:
    return Contracts.model_validate_json(body)


def _stored(row: RowMapping) -> StoredTariff:
    return StoredTariff(
        tariff=_tariff(row["body"]), revision=row["revision"], at=row["at"], by=row["by"], reason=row["reason"]
    )


def tariffs(connection: Connection, site: str) -> dict[str, StoredTariff]:
    """The revision of each that holds."""
    last = select(_T.id, func.max(_T.revision).label("revision")).where(_T.site == site).group_by(_T.id).subquery()
    query = select(TARIFF_REVISION).join(last, (_T.id == last.c.id) & (_T.revision == last.c.revision))
    rows = connection.execute(query.where(_T.site == site).order_by(_T.id)).mappings()
    return {row["id"]: _stored(row) for row in rows}


def revisions(connection: Connection, site: str, id: str) -> list[StoredTariff]:
    """All of one, the newest first."""
    query = select(TARIFF_REVISION).where(_T.site == site, _T.id == id).order_by(_T.revision.desc())
    return [_stored(row) for row in connection.execute(query).mappings()]


def tariff_of(connection: Connection, site: str, id: str, revision: int | None = None) -> StoredTariff:
    """NotFound."""
    query = select(TARIFF_REVISION).where(_T.site == site, _T.id == id).order_by(_T.revision.desc()).limit(1)
    if revision is not None:
        query = query.where(_T.revision == revision)
    row = connection.execute(query).mappings().first()
    if row is None:
        known = tariffs(connection, site)
        raise NotFound(
            f"没有电价方案 {id!r},请先填写其价格 · "
            f"there is no tariff {id!r} at {site}{nearest(id, known)}: add it with its prices"
        )
    return _stored(row)


def put_tariff(connection: Connection, site: str, body: NewTariff, today: date, *, by: str, now: int) -> int:
    """The new revision's number. Unprocessable where it changes a past day and does not say why."""
    held = revisions(connection, site, body.tariff.id)
    if held and not body.restates and (day := changed_day(held[0].tariff, body.tariff, today)) is not None:
        raise Unprocessable(
            f"{day} 的电价会被改写:请新增一个自某日起的版本,或填写更正原因 · this would rewrite {day}: "
            "add prices from a later day on, or say in `restates` why the past is corrected"
        )
    number = held[0].revision + 1 if held else 1
    row = {"site": site, "id": body.tariff.id, "revision": number, "at": now, "by": by[:64], "reason": body.restates}
    connection.execute(insert(TARIFF_REVISION), row | {"body": body.tariff.model_dump_json(by_alias=True)})
    return number


def changed_day(before: Tariff, after: Tariff, today: date) -> date | None:
    """The first day before `today` on which another shape or price list would hold; None: the past stays."""
    starts = [shape.start for tariff in (before, after) for shape in tariff.shapes]
    starts += [prices.start for tariff in (before, after) for prices in tariff.prices]
    for day in sorted({*starts, today - timedelta(days=1)}):
        if day < today and _on(before, day) != _on(after, day):
            return day
    return None


def _on(tariff: Tariff, day: date) -> tuple[object, object]:
    shapes = [shape for shape in tariff.shapes if shape.start <= day]
    prices = [each for each in tariff.prices if each.start <= day]
    return shapes[-1:], prices[-1:]


def contracts(connection: Connection, site: str) -> dict[str, tuple[Contract, ...]]:
    """By meter."""
    rows = connection.execute(select(_C.meter, _C.body).where(_C.site == site).order_by(_C.meter))
    return {row.meter: _contracts(row.body).contracts for row in rows}


def put_contracts(connection: Connection, site: str, meter: str, body: Contracts, *, by: str, now: int) -> None:
    """In place of those before."""
    connection.execute(delete(SUPPLY_CONTRACT).where(_C.site == site, _C.meter == meter))
    row = {"site": site, "meter": meter, "body": body.model_dump_json(by_alias=True), "updated_at": now}
    connection.execute(insert(SUPPLY_CONTRACT), row | {"updated_by": by[:64]})


def contract_of(connection: Connection, site: str, meter: str, first: date, last: date) -> Contract:
    """The one that holds over [first, last]. NotFound without any; Unprocessable where it changes within."""
    known = contracts(connection, site).get(meter, ())
    found = [each for each in known if each.start <= last]
    if not found:
        raise NotFound(
            f"表计 {meter!r} 在 {last} 没有供电合同 · "
            f"meter {meter!r} has no supply contract on {last}: PUT /supply-contracts/{site}/{meter}"
        )
    if found[-1].start > first:
        raise Unprocessable(
            f"合同在 {found[-1].start} 变更,请分段核对 · the contract changes on {found[-1].start}: ask for the time "
            "before and after it apart"
        )
    return found[-1]
