"""GET|POST /gateways/{id}/instructions."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import Field
from sqlalchemy import Connection

from cloud.audit.store import Entry, record
from cloud.caller import Allow, Caller
from cloud.dependencies import Store, TheClock
from cloud.errors import Conflict, Forbidden, NotFound, Unprocessable, problems
from cloud.gateways.access import own_gateway
from cloud.gateways.store import gateways
from cloud.instruction_giving.history import reset_asked
from cloud.instruction_giving.limits import expect_allowed
from cloud.instructions.posts import require_post
from cloud.instructions.schemas import GivenInstruction, NewInstruction, given_instruction
from cloud.instructions.store import Order, give, instructions, open_instructions
from cloud.lookup import only_one
from cloud.permissions import Permission
from cloud.wire import Asked, Page, cursor_of, one_site, read_cursor
from facility.instruction import AlarmReset, Instruction, Instructions

router = APIRouter(prefix="/api/v1", tags=["instructions"])


class InstructionQuery(Asked):
    """Which instructions. `after` is the gateway's: the last one that it has answered."""

    after: int = Field(default=0, ge=0, le=2**31 - 1)
    site: str | None = None
    cursor: str | None = None
    limit: int = Field(default=100, ge=1, le=500)


@router.get("/gateways/{id}/instructions", responses=problems(Forbidden, NotFound, Conflict))
async def list_instructions(
    store: Store,
    clock: TheClock,
    caller: Annotated[Caller, Depends(Allow(Permission.ALARM_READ, Permission.INSTRUCTION_FETCH))],
    id: str,
    query: Annotated[InstructionQuery, Query()],
) -> Page[GivenInstruction] | Instructions:
    """To the gateway: what it has not answered yet, in order, from `after` on. To people: all, the newest first."""
    if caller.kind == "gateway":
        own_gateway(caller, id)
        return Instructions(items=await store.read(lambda c: open_instructions(c, caller.site, id, query.after)))
    among = one_site(caller.sites(Permission.ALARM_READ), query.site)
    row = only_one(await store.read(lambda c: gateways(c, among, id)), "gateway", id)
    before = read_cursor(query.cursor)[0] if query.cursor else None
    rows = await store.read(lambda c: instructions(c, row["site"], id, before, query.limit))
    now = clock.now()
    items = tuple(given_instruction(each, now) for each in rows)
    return Page[GivenInstruction](
        items=items, next=cursor_of(items[-1].seq, items[-1].id) if len(items) == query.limit else None
    )


@router.post(
    "/gateways/{id}/instructions", status_code=201, responses=problems(Forbidden, NotFound, Conflict, Unprocessable)
)
async def give_instruction(
    store: Store,
    clock: TheClock,
    request: Request,
    caller: Annotated[Caller, Depends(Allow(Permission.INSTRUCTION_GIVE))],
    id: str,
    body: NewInstruction,
    site: str | None = None,
) -> Instruction:
    """Give a gateway something to do; its answer comes as an event."""
    among = one_site(caller.sites(Permission.INSTRUCTION_GIVE), site)
    row = only_one(await store.read(lambda c: gateways(c, among, id)), "gateway", id)
    order = Order(row["site"], id, body.target, body.arguments, caller.name, body.reason, body.expires_in)
    now = clock.now()

    def work(connection: Connection) -> Instruction:
        require_post(connection, caller, row["site"], body.target, body.arguments)
        expect_allowed(connection, row["site"], body.target, body.arguments, now)
        given = give(connection, order, at=now)
        if isinstance(body.arguments, AlarmReset):
            reset_asked(connection, row["site"], body.target, body.arguments.rule, caller.name, body.reason, now=now)
        said = Entry(
            "instruction.give", str(given.id), row["site"], detail=f"{given.kind} {body.target}: {body.reason}"
        )
        record(connection, caller, said, at=now)
        return given

    given = await store.write(work)
    request.app.state.bell.ring(row["site"], id)
    return given
