"""/alarms/{id}/procedure and /card: what the control room does at a fire, and what it tells 119."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from sqlalchemy import Connection

from cloud.alarms.answers import Card, CardFacts, Procedure, ProcedureStep, Tick
from cloud.alarms.procedure import Facts119, card, fill_card, tick, ticked, where
from cloud.alarms.row import AlarmRow
from cloud.alarms.store import alarm_by_id
from cloud.alarms.words import PROCEDURE
from cloud.caller import Allow, Caller
from cloud.dependencies import Store, TheClock
from cloud.errors import Conflict, Forbidden, NotFound, problems
from cloud.permissions import Permission
from cloud.users.store import user_by_name
from facility.clock import NS

router = APIRouter()
Answerer = Annotated[Caller, Depends(Allow(Permission.ALARM_ACKNOWLEDGE))]
StepName = Literal["verify", "linkage", "call_119", "evacuate", "report", "team"]


def _called(connection: Connection, name: str | None) -> str:
    """What the person is called, to be said on the telephone: the log-in name where there is no other."""
    user = user_by_name(connection, name) if name is not None else None
    return (user["display_name"] if user is not None else "") or name or ""


def _procedure(connection: Connection, row: AlarmRow) -> Procedure:
    done = ticked(connection, row.id)
    steps = []
    for step, name in PROCEDURE.items():
        tick = done.get(step)
        told = {"step": step, "name": name, "at": None, "by": None, "note": "", "seconds": None}
        if tick is not None:
            told |= {"at": tick["at"], "by": tick["by"], "note": tick["note"]}
            told["seconds"] = round((tick["at"] - row.raised_at) / NS, 3)
        steps.append(ProcedureStep.model_validate(told))
    noted = card(connection, row) or Facts119("", "", "", "")
    address, place = where(connection, row)
    told_119 = Card(
        address=address,
        place=place,
        burning=noted.burning or row.confirmed_found or "",
        extent=noted.extent,
        caller=noted.caller or _called(connection, row.confirmed_by),
        phone=noted.phone,
    )
    return Procedure(steps=tuple(steps), card=told_119)


@router.get("/alarms/{id}/procedure", responses=problems(NotFound))
async def get_procedure(
    store: Store, caller: Annotated[Caller, Depends(Allow(Permission.ALARM_READ))], id: str
) -> Procedure:
    """The steps with who did each and when, and the card for the call to 119."""
    row = await store.read(lambda c: alarm_by_id(c, id))
    if row is None or not caller.may(Permission.ALARM_READ, row.site):
        raise NotFound(f"没有报警 {id!r} · there is no alarm {id!r}")
    return await store.read(lambda c: _procedure(c, row))


@router.post("/alarms/{id}/procedure/{step}", responses=problems(Forbidden, NotFound, Conflict))
async def tick_step(
    store: Store, clock: TheClock, caller: Answerer, id: str, step: StepName, body: Tick | None = None
) -> Procedure:
    """Tick a step; it can't be taken back."""
    now, note = clock.now(), body.note if body is not None else ""
    return await store.write(lambda c: _procedure(c, tick(c, id, step, caller, note, now=now)))


@router.put("/alarms/{id}/card", responses=problems(Forbidden, NotFound, Conflict))
async def put_card(store: Store, clock: TheClock, caller: Answerer, id: str, body: CardFacts) -> Procedure:
    """Add to the card what the people on the spot say."""
    now, facts = clock.now(), Facts119(body.burning, body.extent, body.caller, body.phone)
    return await store.write(lambda c: _procedure(c, fill_card(c, id, caller, facts, now=now)))
