"""POST /alarms/{id}/acknowledge, confirm, comment, assign, shelve, silence, reset, close: what people answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Body, Depends, Request
from sqlalchemy import Connection

from cloud.alarms import machine, response
from cloud.alarms.answers import (
    Acknowledgement,
    Assignment,
    Comment,
    Confirmation,
    ResetReason,
    Several,
    Shelving,
)
from cloud.alarms.row import AlarmRow
from cloud.alarms.schemas import Alarm, NotAnswered, SeveralAnswered, alarm_of
from cloud.caller import Allow, Caller
from cloud.database.base import Database
from cloud.dependencies import Store, TheClock
from cloud.errors import Conflict, Forbidden, NotFound, Unprocessable, problems
from cloud.permissions import Permission

router = APIRouter()
Answerer = Annotated[Caller, Depends(Allow(Permission.ALARM_ACKNOWLEDGE))]
Shelver = Annotated[Caller, Depends(Allow(Permission.ALARM_SHELVE))]
NO = problems(Forbidden, NotFound, Conflict)


async def answered(store: Database, now: int, work: Callable[[Connection], AlarmRow]) -> Alarm:
    """Do it, and give the alarm as it is then."""
    return alarm_of(await store.write(work), now)


@router.post("/alarms/acknowledge", responses=NO)
async def acknowledge_several(
    store: Store, clock: TheClock, request: Request, caller: Answerer, body: Several
) -> SeveralAnswered:
    """接警, several at once, each for itself, life safety never. Where it can be done to none, that is the answer."""
    now = clock.now()
    found = await store.write(lambda c: response.acknowledge_many(c, body.ids, caller, now=now))
    for site, gateway in {(row.site, row.gateway) for row in found.done}:
        request.app.state.bell.ring(site, gateway)
    return _several(found, now)


@router.post("/alarms/silence", responses=NO)
async def silence_several(store: Store, clock: TheClock, caller: Answerer, body: Several) -> SeveralAnswered:
    """消音, in this system only: each for itself. Where it can be done to none, that is the answer."""
    now = clock.now()
    return _several(await store.write(lambda c: response.silence(c, body.ids, caller, now=now)), now)


def _several(found: response.Each, now: int) -> SeveralAnswered:
    refused = tuple(NotAnswered(id=id, status=why.status, detail=why.detail) for id, why in found.refused)
    return SeveralAnswered(items=tuple(alarm_of(row, now) for row in found.done), refused=refused)


@router.post("/alarms/{id}/acknowledge", responses=NO)
async def acknowledge_alarm(
    store: Store,
    clock: TheClock,
    request: Request,
    caller: Answerer,
    id: str,
    body: Annotated[Acknowledgement | None, Body()] = None,
) -> Alarm:
    """接警: who has seen it, and when."""
    now, comment = clock.now(), body.comment if body is not None else None
    row = await store.write(lambda c: response.acknowledge(c, id, caller, comment, now=now))
    request.app.state.bell.ring(row.site, row.gateway)
    return alarm_of(row, now)


@router.post("/alarms/{id}/confirm", responses=NO)
async def confirm_alarm(
    store: Store, clock: TheClock, request: Request, caller: Answerer, id: str, body: Confirmation
) -> Alarm:
    """核实: what it was. A fire is real by one word, anything else by two people or the head."""
    now = clock.now()
    row = await store.write(lambda c: response.confirm(c, id, caller, body.outcome, body.found, now=now))
    request.app.state.bell.ring(row.site, row.gateway)
    return alarm_of(row, now)


@router.post("/alarms/{id}/comment", responses=NO)
async def comment_alarm(store: Store, clock: TheClock, caller: Answerer, id: str, body: Comment) -> Alarm:
    """A remark for the history."""
    now = clock.now()
    return await answered(store, now, lambda c: response.comment(c, id, caller, body.text, now=now))


@router.post("/alarms/{id}/assign", responses=problems(Forbidden, NotFound, Conflict, Unprocessable))
async def assign_alarm(store: Store, clock: TheClock, caller: Answerer, id: str, body: Assignment) -> Alarm:
    """Give it to one person, who may answer it."""
    now = clock.now()
    return await answered(store, now, lambda c: response.assign(c, id, caller, body.to, now=now))


@router.post("/alarms/{id}/shelve", responses=NO)
async def shelve_alarm(store: Store, clock: TheClock, caller: Shelver, id: str, body: Shelving) -> Alarm:
    """暂挂: off the list for a time; it ends by itself."""
    now = clock.now()

    def work(connection: Connection) -> AlarmRow:
        return response.one(
            connection,
            id,
            caller,
            "shelve",
            lambda row, by: machine.shelve(row, by, body.reason, now, body.seconds),
            now=now,
            permission=Permission.ALARM_SHELVE,
        )

    return await answered(store, now, work)


@router.post("/alarms/{id}/unshelve", responses=NO)
async def unshelve_alarm(store: Store, clock: TheClock, caller: Shelver, id: str) -> Alarm:
    """Back on the list before its time."""
    now = clock.now()

    def work(connection: Connection) -> AlarmRow:
        return response.one(
            connection,
            id,
            caller,
            "unshelve",
            lambda row, _: machine.unshelve(row, now, "by hand"),
            now=now,
            permission=Permission.ALARM_SHELVE,
        )

    return await answered(store, now, work)


@router.post("/alarms/{id}/silence", responses=NO)
async def silence_alarm(store: Store, clock: TheClock, caller: Answerer, id: str) -> Alarm:
    """消音, in this system only."""
    now = clock.now()
    return await answered(store, now, lambda c: response.silence(c, (id,), caller, now=now).done[0])


@router.post("/alarms/{id}/close", responses=NO)
async def close_alarm(store: Store, clock: TheClock, caller: Answerer, id: str) -> Alarm:
    """A fire is over: after the panel's own reset and the confirmation, by two people or the head."""
    now = clock.now()
    return await answered(
        store, now, lambda c: response.one(c, id, caller, "close", lambda r, by: machine.close(r, by, now), now=now)
    )


@router.post("/alarms/{id}/reset", status_code=202, responses=NO)
async def reset_alarm(
    store: Store,
    clock: TheClock,
    request: Request,
    caller: Annotated[Caller, Depends(Allow(Permission.ALARM_RESET))],
    id: str,
    body: ResetReason,
) -> Alarm:
    """复位: ask the edge to unlatch it; its answer changes the alarm."""
    now = clock.now()
    row = await store.write(lambda c: response.ask_reset(c, id, caller, body.reason, now=now))
    request.app.state.bell.ring(row.site, row.gateway)
    return alarm_of(row, now)
