"""Lines of the restatement log on the wire."""

from __future__ import annotations

from typing import Literal

from sqlalchemy import RowMapping

from cloud.energy.schemas import Amount
from cloud.wire import Moment
from facility.energy.intervals import exact
from facility.words import Frozen


class RestatementView(Frozen):
    """Some intervals of a meter came out otherwise than they had been stated."""

    id: str
    site: str
    meter: str
    at: Moment
    cause: Literal["late", "reading", "replacement", "settings"]
    """Late samples, a reading by hand (entered or voided), a replacement (entered or voided), other settings."""
    by: str
    start: Moment
    end: Moment
    intervals: int
    """Quarter hours that came out otherwise."""
    amount_before: Amount | None
    """Of them, as far as it was known; null where nothing was."""
    amount_after: Amount | None
    coverage_before: float
    coverage_after: float


def restatement_view(row: RowMapping) -> RestatementView:
    """A row of the log."""
    return RestatementView(
        id=row["id"],
        site=row["site"],
        meter=row["meter"],
        at=row["at"],
        cause=row["cause"],
        by=row["by"],
        start=row["start"],
        end=row["end"],
        intervals=row["intervals"],
        amount_before=exact(row["amount_before"]) if row["coverage_before"] > 0 else None,
        amount_after=exact(row["amount_after"]) if row["coverage_after"] > 0 else None,
        coverage_before=round(row["coverage_before"], 6),
        coverage_after=round(row["coverage_after"], 6),
    )
