"""DELETE /rota/{id}: a line of the rota is taken away, but not the last one who is told of a danger to life."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from sqlalchemy import Connection

from cloud.audit.store import Entry, record
from cloud.caller import Allow, Caller, expect_may
from cloud.dependencies import Store, TheClock
from cloud.duty.store import duties, duty_by_id, remove_duty
from cloud.errors import Conflict, Forbidden, NotFound, problems
from cloud.notification.calm import waits_for_an_answer
from cloud.permissions import Permission

router = APIRouter(prefix="/api/v1", tags=["duty"])
Manager = Annotated[Caller, Depends(Allow(Permission.DUTY_MANAGE))]


@router.delete("/rota/{id}", status_code=204, responses=problems(Forbidden, NotFound, Conflict))
async def take_off_rota(store: Store, clock: TheClock, caller: Manager, id: str) -> None:
    """Take a line off the rota; not the last one at a post now, while a life-safety alarm is unanswered."""
    now = clock.now()

    def work(connection: Connection) -> None:
        row = duty_by_id(connection, id)
        if row is None:
            raise NotFound(f"排班表中没有 {id!r} 这一行 · the rota has no line {id!r}")
        expect_may(caller, Permission.DUTY_MANAGE, row["site"])
        _expect_another(connection, row["site"], row["post"], id, now)
        remove_duty(connection, id)
        said = Entry("rota.remove", id, row["site"], detail=f"{row['post']}: {row['person']}")
        record(connection, caller, said, at=now)

    await store.write(work)


def _expect_another(connection: Connection, site: str, post: str, id: str, now: int) -> None:
    """Conflict where this line is the last one now, and a danger to life waits."""
    there = [row["id"] for row in duties(connection, frozenset({site}), post, now, now + 1)]
    if there == [id] and waits_for_an_answer(connection, site):
        raise Conflict(
            "有生命安全报警尚未接警,而此岗位此刻只有这一人:请先排上接替的人,或先接警 · "
            "a life-safety alarm waits for an answer and nobody else is at this post now: "
            "put somebody else there first, or acknowledge the alarm"
        )
