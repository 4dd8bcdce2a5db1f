"""GET|POST /gateways/{id}/instructions."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import Field
from sqlalchemy import Connection

from cloud.audit.store import Entry, record
from cloud.caller import Allow, Caller
from cloud.dependencies import Store, TheClock
from cloud.errors import Conflict, Forbidden, NotFound, problems
from cloud.gateways.access import own_gateway
from cloud.gateways.store import gateways
from cloud.instructions.store import EXPIRES, Order, give, open_instructions
from cloud.lookup import only_one
from cloud.permissions import Permission
from cloud.wire import Asked, one_site
from facility.instruction import Instruction, InstructionArguments, Instructions

router = APIRouter(prefix="/api/v1", tags=["instructions"])


class NewInstruction(Asked):
    """The body of POST …/instructions."""

    target: str = Field(default="", max_length=200)
    """An equipment id, its instance after a dot; empty: the gateway itself."""
    arguments: InstructionArguments
    reason: str = Field(min_length=1, max_length=2000)
    expires_in: float = Field(default=EXPIRES, gt=0, le=7 * 86_400.0)
    """Seconds; after them it is never done."""


@router.get("/gateways/{id}/instructions", responses=problems(Forbidden))
async def fetch_instructions(
    store: Store,
    caller: Annotated[Caller, Depends(Allow(Permission.INSTRUCTION_FETCH))],
    id: str,
    after: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
) -> Instructions:
    """What the gateway has not answered yet, in order."""
    own_gateway(caller, id)
    return Instructions(items=await store.read(lambda c: open_instructions(c, caller.site, id, after)))


@router.post("/gateways/{id}/instructions", status_code=201, responses=problems(Forbidden, NotFound, Conflict))
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
        given = give(connection, order, at=now)
        said = Entry(
            "instruction.give", str(given.id), row["site"], detail=f"{given.kind} {body.target}: {body.reason}"
        )
        record(connection, caller, said, at=now)
        return given

    given = await store.write(work)
    request.app.state.bell.ring(row["site"], id)
    return given
