"""The promises about complaints, counted over a month: answered the same day, valid ones handled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection, RowMapping

from cloud.complaints.life import same_day
from cloud.complaints.schemas import ComplaintCase, ComplaintFigure, ComplaintFigures
from cloud.complaints.store import Wanted, complaints
from cloud.service_levels.calendar import Span
from facility.words import Text

ANSWERED: Final = Text(zh="投诉当日有回音", en="Complaints answered the same day")
HANDLED: Final = Text(zh="有效投诉办结率>80%", en="Over 80 % of valid complaints handled")
_PROMISED: Final = "客户服务规范:当日有回音 · Customer service rules: answered the same day"
_GRADE: Final = "住宅小区物业管理公共服务等级标准三级 · Public service standard for housing estates, grade three"
HANDLED_SHARE: Final = 0.8
MOST: Final = 20_000


def figures(connection: Connection, site: str, month: str, span: Span, now: int) -> ComplaintFigures:
    """Of the complaints that came in the month."""
    rows = complaints(connection, Wanted(frozenset({site}), start=span[0], end=span[1]), None, MOST)[::-1]
    return ComplaintFigures(
        site=site, month=month, received=len(rows), figures=(_answered(rows, now), _handled(rows, over=now >= span[1]))
    )  # fmt: skip


def _answered(rows: Sequence[RowMapping], now: int) -> ComplaintFigure:
    cases = []
    for row in rows:
        verdict = same_day(row["due_at"], row["answered_at"], now)
        cases.append(_case(row, kept=None if verdict == "running" else verdict == "kept"))
    kept, judged = _count(cases)
    value = kept / judged if judged else None
    return ComplaintFigure(
        id="answered", name=ANSWERED, source=_PROMISED, share=1.0, kept=kept, judged=judged, value=value,
        met=None if value is None else value >= 1.0, cases=tuple(cases),
    )  # fmt: skip


def _handled(rows: Sequence[RowMapping], *, over: bool) -> ComplaintFigure:
    """Valid ones of the month: one that nobody judged yet is open while the month runs, and missed once it is over."""
    cases = [_case(row, kept=_was_handled(row, over=over)) for row in rows if row["valid"] is not False]
    kept, judged = _count(cases)
    value = kept / judged if judged else None
    return ComplaintFigure(
        id="handled", name=HANDLED, source=_GRADE, share=HANDLED_SHARE, kept=kept, judged=judged, value=value,
        met=None if value is None else value > HANDLED_SHARE, cases=tuple(cases),
    )  # fmt: skip


def _was_handled(row: RowMapping, *, over: bool) -> bool | None:
    if row["handled_at"] is not None:
        return True
    return False if over else None


def _case(row: RowMapping, *, kept: bool | None) -> ComplaintCase:
    return ComplaintCase(
        id=row["id"], number=row["number"], kind=row["kind"], received_at=row["received_at"], kept=kept
    )  # fmt: skip


def _count(cases: Sequence[ComplaintCase]) -> tuple[int, int]:
    return sum(case.kept is True for case in cases), sum(case.kept is not None for case in cases)
