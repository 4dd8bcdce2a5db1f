"""GET /healthz: whether the store answers."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from sqlalchemy import text

from cloud.dependencies import Store
from cloud.errors import Unavailable, problems
from facility.words import Frozen

router = APIRouter(tags=["operation"])


class Health(Frozen):
    """It works."""

    status: Literal["ok"] = "ok"


@router.get("/healthz", responses=problems(Unavailable))
async def healthz(store: Store) -> Health:
    """200 while the store answers, else 503."""
    await store.read(lambda c: c.execute(text("SELECT 1")).scalar_one())
    return Health()
