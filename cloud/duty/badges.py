"""/badges: whose card or patrol wand it is; a read proves the arrival of nobody but its owner."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import Field, SecretStr, model_validator
from sqlalchemy import Connection, RowMapping, delete, insert, select

from cloud.audit.store import Entry, record
from cloud.caller import Allow, Caller, expect_may
from cloud.dependencies import Store, TheClock, TheSettings
from cloud.duty.tables import BADGE
from cloud.errors import Conflict, Forbidden, NotFound, Unprocessable, problems
from cloud.gateways.card_keys import card_key
from cloud.ids import new_id
from cloud.permissions import Permission
from cloud.users.store import user_by_name
from cloud.wire import Asked, Moment, Page
from facility.words import Frozen, Id

router = APIRouter()
Manager = Annotated[Caller, Depends(Allow(Permission.DUTY_MANAGE))]
BadgeKind = Literal["card", "guard"]
_B: Final = BADGE.c
_LAST: Final = 4


class NewBadge(Asked):
    """The body of POST /badges. Of a card only a keyed hash and the last four digits are kept."""

    site: Id
    person: str = Field(min_length=1, max_length=64)
    card: SecretStr | None = Field(default=None, min_length=5, max_length=64)
    """The number as the readers say it."""
    guard: str | None = Field(default=None, min_length=1, max_length=64)
    """The name that the patrol wand says."""

    @model_validator(mode="after")
    def _one(self) -> NewBadge:
        if (self.card is None) == (self.guard is None):
            raise ValueError("请写明门禁卡或巡更棒,二者选一 · say which: either card or guard")
        return self


class Badge(Frozen):
    """One card or wand of a person."""

    id: str
    site: str
    person: str
    kind: BadgeKind
    shown: str
    """The last digits of a card, the name of a wand."""
    added_at: Moment
    added_by: str


class OfSite(Asked):
    """Of which site."""

    site: Id


@router.get("/badges", responses=problems(Forbidden))
async def list_badges(store: Store, caller: Manager, query: Annotated[OfSite, Query()]) -> Page[Badge]:
    """By person."""
    expect_may(caller, Permission.DUTY_MANAGE, query.site)
    rows = await store.read(lambda c: _rows(c, query.site))
    return Page(items=tuple(Badge.model_validate({n: row[n] for n in Badge.model_fields}) for row in rows))


@router.post("/badges", status_code=201, responses=problems(Forbidden, Conflict, Unprocessable))
async def add_badge(store: Store, clock: TheClock, settings: TheSettings, caller: Manager, body: NewBadge) -> Badge:
    """From now on its reads are this person's."""
    expect_may(caller, Permission.DUTY_MANAGE, body.site)
    now = clock.now()
    kind, value, shown = ("guard", body.guard or "", body.guard or "")
    if body.card is not None:
        key = await asyncio.to_thread(card_key, settings.data, body.site)
        kind, value, shown = "card", *_hashed(body.card.get_secret_value(), key)
    row = {"id": new_id(now), "site": body.site, "person": body.person, "kind": kind, "value": value, "shown": shown}

    def work(connection: Connection) -> Badge:
        if user_by_name(connection, body.person) is None:
            raise Unprocessable(f"没有用户 {body.person!r} · there is no user {body.person!r}: add it first")
        if (owner := owner_of(connection, body.site, kind, value)) is not None:
            raise Conflict(f"已登记给 {owner} · this {kind} is {owner}'s already: take it away there first")
        whole = row | {"added_at": now, "added_by": caller.name}
        connection.execute(insert(BADGE), whole)
        record(connection, caller, Entry("badge.add", row["id"], body.site, detail=f"{body.person}: {shown}"), at=now)
        return Badge.model_validate({name: whole[name] for name in Badge.model_fields})

    return await store.write(work)


@router.delete("/badges/{id}", status_code=204, responses=problems(Forbidden, NotFound))
async def remove_badge(store: Store, clock: TheClock, caller: Manager, id: str) -> None:
    """It was lost, or given back."""
    now = clock.now()

    def work(connection: Connection) -> None:
        row = connection.execute(select(BADGE).where(_B.id == id)).mappings().first()
        if row is None:
            raise NotFound(f"没有工牌 {id!r} · there is no badge {id!r}")
        expect_may(caller, Permission.DUTY_MANAGE, row["site"])
        connection.execute(delete(BADGE).where(_B.id == id))
        record(connection, caller, Entry("badge.remove", id, row["site"], detail=row["person"]), at=now)

    await store.write(work)


def owner_of(connection: Connection, site: str, kind: str, value: str) -> str | None:
    """Whose it is; None where nobody wrote it down."""
    query = select(_B.person).where(_B.site == site, _B.kind == kind, _B.value == value)
    found = connection.execute(query).scalar_one_or_none()
    return None if found is None else str(found)


def read_of(connection: Connection, site: str, data: Mapping[str, Any]) -> tuple[BadgeKind, str | None] | None:
    """What was read, and whose it is: of a reader's event; None where it says nothing of who it was."""
    if (guard := data.get("guard")) is not None:
        return "guard", owner_of(connection, site, "guard", guard)
    if (card := data.get("card")) is not None:
        return "card", owner_of(connection, site, "card", card)
    return None


def has_badge(connection: Connection, site: str, person: str, kind: BadgeKind) -> bool:
    """Whether one of this kind is written down for the person."""
    query = select(_B.id).where(_B.site == site, _B.person == person, _B.kind == kind).limit(1)
    return connection.execute(query).first() is not None


def _hashed(number: str, key: str) -> tuple[str, str]:
    """As the gateways hash it (edge/cards.py): HMAC-SHA-256 in hex, and the last four digits."""
    number = number.strip().upper()
    return hmac.new(key.encode(), number.encode(), hashlib.sha256).hexdigest(), number[-_LAST:]


def _rows(connection: Connection, site: str) -> Sequence[RowMapping]:
    query = select(BADGE).where(_B.site == site).order_by(_B.person, _B.kind, _B.added_at)
    return connection.execute(query).mappings().all()
