"""GET /audit: the auditor reads the log."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from cloud.audit.store import lines
from cloud.caller import Allow, Caller
from cloud.dependencies import Store
from cloud.errors import Problem, problems
from cloud.permissions import Permission
from cloud.wire import Moment, Page, cursor_of, read_cursor
from facility.words import Frozen

router = APIRouter(prefix="/api/v1", tags=["audit"])


class AuditLine(Frozen):
    """Who did what to what, and how it ended."""

    id: int
    at: Moment
    site: str
    by_kind: str
    by: str
    action: str
    target: str
    outcome: str
    detail: str


@router.get("/audit", responses=problems(Problem))
async def list_audit(
    store: Store,
    caller: Annotated[Caller, Depends(Allow(Permission.AUDIT_READ))],
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Page[AuditLine]:
    """The newest lines first."""
    sites = caller.sites(Permission.AUDIT_READ)
    before = read_cursor(cursor)[0] if cursor else None
    rows = await store.read(lambda c: lines(c, sites, before=before, limit=limit))
    items = tuple(AuditLine.model_validate(dict(row)) for row in rows)
    return Page(items=items, next=cursor_of(items[-1].id, "") if len(items) == limit else None)
