"""A path takes the bare id; where two sites have it, the site must be named."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import RowMapping

from cloud.errors import Conflict, NotFound


def only_one(rows: Sequence[RowMapping], what: str, id: str) -> RowMapping:
    """The one row that an id means. NotFound for none; Conflict where two sites have it."""
    if not rows:
        raise NotFound(f"there is no {what} {id!r}, or you may not see it")
    if len(rows) > 1:
        raise Conflict(f"several sites have a {what} {id!r}; add ?site= ({', '.join(row['site'] for row in rows)})")
    return rows[0]
