"""GET /audit: the auditor reads the log."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from cloud.audit.store import Filter, lines
from cloud.caller import Allow, Caller
from cloud.dependencies import Store
from cloud.errors import Problem, problems
from cloud.permissions import Permission
from cloud.wire import Asked, Moment, Page, cursor_of, one_site, read_cursor
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


class AuditQuery(Asked):
    """Which lines; what is left out means any."""

    site: str | None = None
    by: str = Field(default="", max_length=64)
    action: str = Field(default="", max_length=64)
    """Begins so: `order.`, `user.change`."""
    target: str = Field(default="", max_length=200)
    start: Moment | None = Field(default=None, alias="from")
    end: Moment | None = Field(default=None, alias="to")
    cursor: str | None = None
    limit: int = Field(default=100, ge=1, le=500)


@router.get("/audit", responses=problems(Problem))
async def list_audit(
    store: Store,
    caller: Annotated[Caller, Depends(Allow(Permission.AUDIT_READ))],
    query: Annotated[AuditQuery, Query()],
) -> Page[AuditLine]:
    """The newest lines first."""
    sites = one_site(caller.sites(Permission.AUDIT_READ), query.site)
    wanted = Filter(sites, query.by, query.action, query.target, query.start, query.end)
    before = read_cursor(query.cursor)[0] if query.cursor else None
    rows = await store.read(lambda c: lines(c, wanted, before=before, limit=query.limit))
    items = tuple(AuditLine.model_validate(dict(row)) for row in rows)
    return Page(items=items, next=cursor_of(items[-1].id, "") if len(items) == query.limit else None)
