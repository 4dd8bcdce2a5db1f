"""Codes in the store."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from sqlalchemy import Connection, RowMapping, insert, select, update

from cloud.qr_codes.code import new_code, read_code
from cloud.qr_codes.tables import QR_CODE

Kind = Literal["equipment", "place"]
_Q = QR_CODE.c
_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Spot:
    """What a code hangs at."""

    site: str
    kind: Kind
    ref: str


def spot_of(connection: Connection, text: str) -> Spot | None:
    """What a typed or scanned code hangs at; None where it is none, or was replaced."""
    code = read_code(text)
    if code is None:
        return None
    query = select(_Q.site, _Q.kind, _Q.ref).where(_Q.code == code, _Q.retired_at.is_(None))
    row = connection.execute(query).first()
    return None if row is None else Spot(row.site, row.kind, row.ref)


def codes(connection: Connection, site: str) -> Sequence[RowMapping]:
    """All valid ones of a site."""
    query = select(QR_CODE).where(_Q.site == site, _Q.retired_at.is_(None)).order_by(_Q.kind, _Q.ref)
    return connection.execute(query).mappings().all()


def codes_at(connection: Connection, site: str, spots: Collection[tuple[Kind, str]]) -> list[str]:
    """The valid ones of these spots."""
    refs = sorted({ref for _, ref in spots})
    found: list[str] = []
    for start in range(0, len(refs), _AT_ONCE):
        part = refs[start : start + _AT_ONCE]
        query = select(_Q.code, _Q.kind, _Q.ref).where(_Q.site == site, _Q.retired_at.is_(None), _Q.ref.in_(part))
        found += [row.code for row in connection.execute(query) if (row.kind, row.ref) in spots]
    return sorted(found)


def make_codes(connection: Connection, spots: Iterable[Spot], by: str, now: int) -> int:
    """A code for each that has none; how many were made."""
    made = 0
    for site, wanted in _by_site(spots).items():
        held = {(row["kind"], row["ref"]) for row in codes(connection, site)}
        rows = [
            {"code": new_code(), "site": site, "kind": s.kind, "ref": s.ref, "made_at": now, "by": by[:64]}
            for s in wanted
            if (s.kind, s.ref) not in held
        ]
        if rows:
            connection.execute(insert(QR_CODE), rows)
        made += len(rows)
    return made


def retire(connection: Connection, spot: Spot, now: int) -> bool:
    """The code of a spot counts no more; whether there was one."""
    here = (_Q.site == spot.site) & (_Q.kind == spot.kind) & (_Q.ref == spot.ref) & _Q.retired_at.is_(None)
    return connection.execute(update(QR_CODE).where(here).values(retired_at=now)).rowcount == 1


def _by_site(spots: Iterable[Spot]) -> dict[str, list[Spot]]:
    found: dict[str, list[Spot]] = {}
    for spot in dict.fromkeys(spots):
        found.setdefault(spot.site, []).append(spot)
    return found
