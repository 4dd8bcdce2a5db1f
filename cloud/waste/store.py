"""Findings in the store: one open a rule and meter, seen again rather than found again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, RowMapping, insert, select, update

from cloud.ids import new_id
from cloud.waste.schemas import Evidence
from cloud.waste.tables import WASTE_FINDING
from facility.energy.waste import WasteRule

_W = WASTE_FINDING.c


@dataclass(frozen=True, slots=True)
class Kept:
    """One row."""

    id: str
    site: str
    rule: WasteRule
    meter: str
    open: bool
    evidence: Evidence
    found_at: int
    seen_at: int
    work_order: str | None
    repaired_on: date | None


def _kept(row: RowMapping) -> Kept:
    repaired = date.fromisoformat(row["repaired_on"]) if row["repaired_on"] else None
    return Kept(
        row["id"], row["site"], WasteRule(row["rule"]), row["meter"], bool(row["open"]),
        Evidence.model_validate_json(row["body"]), row["found_at"], row["seen_at"], row["work_order"], repaired,
    )  # fmt: skip


def findings(connection: Connection, site: str, *, open_only: bool = False) -> list[Kept]:
    """The newest first."""
    query = select(WASTE_FINDING).where(_W.site == site).order_by(_W.found_at.desc(), _W.id.desc()).limit(500)
    query = query.where(_W.open) if open_only else query
    return [_kept(row) for row in connection.execute(query).mappings()]


def finding(connection: Connection, site: str, id: str) -> Kept | None:
    """One."""
    row = connection.execute(select(WASTE_FINDING).where(_W.site == site, _W.id == id)).mappings().first()
    return None if row is None else _kept(row)


def keep(connection: Connection, site: str, meter: str, rule: WasteRule, told: Evidence, *, now: int) -> str:
    """Seen again, or new; its id. One that was repaired keeps the evidence from before."""
    held = connection.execute(
        select(_W.id, _W.repaired_on).where(_W.site == site, _W.rule == rule.value, _W.meter == meter, _W.open)
    ).first()
    body = told.model_dump_json(by_alias=True)
    if held is not None:
        values = {"seen_at": now} if held.repaired_on else {"seen_at": now, "body": body}
        connection.execute(update(WASTE_FINDING).where(_W.id == held.id).values(**values))
        return str(held.id)
    id = new_id(now)
    row = {"id": id, "site": site, "rule": rule.value, "meter": meter, "open": True, "body": body, "found_at": now}
    connection.execute(insert(WASTE_FINDING), row | {"seen_at": now, "work_order": None, "repaired_on": None})
    return id


def set_order(connection: Connection, id: str, order: str) -> None:
    """The order that was made of it."""
    connection.execute(update(WASTE_FINDING).where(_W.id == id).values(work_order=order))


def set_repaired(connection: Connection, id: str, on: date) -> None:
    """From this day on the days count as after."""
    connection.execute(update(WASTE_FINDING).where(_W.id == id).values(repaired_on=on.isoformat()))


def close(connection: Connection, id: str) -> None:
    """No longer open: verified, or dropped."""
    connection.execute(update(WASTE_FINDING).where(_W.id == id).values(open=False))
