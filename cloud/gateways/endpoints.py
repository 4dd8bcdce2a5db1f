"""GET|POST /gateways, PUT /gateways/{id}/inventory."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from sqlalchemy import Connection

from cloud.caller import Allow, Caller
from cloud.dependencies import Store, TheClock, TheSettings
from cloud.equipment.store import known
from cloud.errors import Conflict, Forbidden, NotFound, TooLarge, Unprocessable, problems
from cloud.gateways.access import own_gateway
from cloud.gateways.card_keys import card_key
from cloud.gateways.inventories import read_inventory, take
from cloud.gateways.registration import register
from cloud.gateways.schemas import Gateway, NewGateway, Registration, TakenInventory, gateway_of
from cloud.gateways.store import gateways
from cloud.permissions import Permission
from cloud.wire import Page, one_site
from facility.inventory import Inventory

router = APIRouter(prefix="/api/v1", tags=["gateways"])
INVENTORY_BODY = {"requestBody": {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}}}
"""The body is `facility.inventory.Inventory`."""


@router.get("/gateways")
async def list_gateways(
    store: Store, caller: Annotated[Caller, Depends(Allow(Permission.GATEWAY_READ))], site: str | None = None
) -> Page[Gateway]:
    """All gateways with their health."""
    among = one_site(caller.sites(Permission.GATEWAY_READ), site)
    rows = await store.read(lambda c: gateways(c, among))
    return Page(items=tuple(gateway_of(row) for row in rows))


@router.post("/gateways", status_code=201, responses=problems(Forbidden, Conflict))
async def register_gateway(
    store: Store,
    clock: TheClock,
    settings: TheSettings,
    request: Request,
    caller: Annotated[Caller, Depends(Allow(Permission.GATEWAY_REGISTER))],
    body: NewGateway,
) -> Registration:
    """A token and the card key for a gateway; shown once."""
    if not caller.may(Permission.GATEWAY_REGISTER, body.site):
        raise Forbidden(f"您无权在站点 {body.site!r} 登记网关 · you may not register gateways at {body.site}")
    now = clock.now()
    key = await asyncio.to_thread(card_key, settings.data, body.site)
    token = await store.write(lambda c: register(c, body.site, body.id, by=caller, at=now, renew=body.renew))
    request.app.state.authenticator.forget()
    return Registration(site=body.site, id=body.id, token=token, card_key=key)


@router.put(
    "/gateways/{id}/inventory",
    responses=problems(Forbidden, Conflict, TooLarge, Unprocessable, NotFound),
    openapi_extra=INVENTORY_BODY,
)
async def put_inventory(
    store: Store,
    clock: TheClock,
    request: Request,
    caller: Annotated[Caller, Depends(Allow(Permission.INVENTORY_SEND))],
    id: str,
    revision: str | None = None,
) -> TakenInventory:
    """The gateway's resolved site. `revision`, where given, must be the inventory's own."""
    own_gateway(caller, id)
    body = await request.body()
    inventory = await asyncio.to_thread(read_inventory, body, caller.site, id, revision)
    now = clock.now()
    taken, equipment = await store.write(lambda c: _take(c, inventory, now))
    request.app.state.latest.keep_only(caller.site, id, equipment)
    return taken


def _take(connection: Connection, inventory: Inventory, now: int) -> tuple[TakenInventory, frozenset[str]]:
    taken = take(connection, inventory, at=now)
    return taken, known(connection, inventory.site, inventory.gateway)
