"""A path takes the bare id; where two sites have it, the site must be named."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from sqlalchemy import RowMapping

from cloud.errors import Conflict, NotFound

_ZH: Final = {"equipment": "设备", "gateway": "网关"}


def only_one(rows: Sequence[RowMapping], what: Literal["equipment", "gateway"], id: str) -> RowMapping:
    """The one row that an id means. NotFound for none; Conflict where two sites have it."""
    if not rows:
        raise NotFound(f"没有{_ZH[what]} {id!r},或您无权查看 · there is no {what} {id!r}, or you may not see it")
    if len(rows) > 1:
        there = ", ".join(row["site"] for row in rows)
        raise Conflict(
            f"多个站点都有{_ZH[what]} {id!r},请指明站点:{there} · "
            f"several sites have a {what} {id!r}; add ?site= ({there})"
        )
    return rows[0]
