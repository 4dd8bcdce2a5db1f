"""/people, /trades, /certificates: who can and may do what, and until when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from sqlalchemy import Connection, RowMapping

from cloud.audit.store import Entry, record
from cloud.caller import Allow, Caller, expect_may
from cloud.dependencies import Store, TheClock
from cloud.duty.certificates import (
    Held,
    add_certificate,
    certificate_row,
    certificates,
    held,
    put_skills,
    remove_certificate,
    skills,
)
from cloud.duty.schemas import Certificate, NamedTrade, NewCertificate, PersonOfDuty, SiteTrade, Skill, Skills
from cloud.duty.store import duties
from cloud.duty.trades import CERTIFICATES, SHIPPED, Trade, put_trade, trades
from cloud.errors import Forbidden, NotFound, Unprocessable, problems
from cloud.permissions import Permission
from cloud.wire import Asked, Page
from facility.words import Id, Text

router = APIRouter()
Reader = Annotated[Caller, Depends(Allow(Permission.DUTY_READ))]
Manager = Annotated[Caller, Depends(Allow(Permission.DUTY_MANAGE))]


class OfSite(Asked):
    """Of which site."""

    site: Id


@router.get("/trades", responses=problems(Forbidden))
async def list_trades(store: Store, caller: Reader, query: Annotated[OfSite, Query()]) -> Page[SiteTrade]:
    """The trades of a site, with the certificates that each needs."""
    expect_may(caller, Permission.DUTY_READ, query.site)
    found = await store.read(lambda c: trades(c, query.site))
    return Page(items=tuple(SiteTrade(trade=t, shipped=SHIPPED.get(t.id) == t) for t in found.values()))


@router.put("/trades/{id}", status_code=204, responses=problems(Forbidden))
async def name_trade(store: Store, clock: TheClock, caller: Manager, id: Id, body: NamedTrade) -> None:
    """What a trade is called here, whose people do it, and which certificates it needs."""
    expect_may(caller, Permission.DUTY_MANAGE, body.site)
    now, trade = clock.now(), Trade(id=id, name=body.name, post=body.post, certificates=body.certificates)

    def work(connection: Connection) -> None:
        put_trade(connection, body.site, trade)
        record(connection, caller, Entry("trade.put", id, body.site, detail=trade.model_dump_json()), at=now)

    await store.write(work)


@router.get("/people", responses=problems(Forbidden))
async def list_people(
    store: Store, clock: TheClock, caller: Reader, query: Annotated[OfSite, Query()]
) -> Page[PersonOfDuty]:
    """Everybody of whom skills or certificates are written down, and who stands at a post now."""
    expect_may(caller, Permission.DUTY_READ, query.site)
    now = clock.now()
    return Page(items=await store.read(lambda c: _people(c, query.site, now)))


def _people(connection: Connection, site: str, now: int) -> tuple[PersonOfDuty, ...]:
    can, today = skills(connection, site), held(connection, site, now)
    papers = [_certificate(row, today) for row in certificates(connection, frozenset({site}), None)]
    there: dict[str, list[str]] = {}
    for row in duties(connection, frozenset({site}), None, now, now + 1):
        there.setdefault(row["person"], []).append(row["post"])
    return tuple(
        PersonOfDuty(
            site=site,
            person=person,
            skills=tuple(Skill(trade=trade, level=level) for trade, level in can.get(person, {}).items()),
            certificates=tuple(paper for paper in papers if paper.person == person),
            posts=tuple(there.get(person, ())),
        )
        for person in sorted({*can, *there, *(paper.person for paper in papers)})
    )


@router.put("/people/{name}/skills", status_code=204, responses=problems(Forbidden, Unprocessable))
async def write_skills(store: Store, clock: TheClock, caller: Manager, name: str, body: Skills) -> None:
    """All trades of a person. Whose trades nobody wrote down is taken to do whatever needs no certificate."""
    expect_may(caller, Permission.DUTY_MANAGE, body.site)
    now, levels = clock.now(), {skill.trade: skill.level for skill in body.skills}

    def work(connection: Connection) -> None:
        put_skills(connection, body.site, name, levels)
        record(connection, caller, Entry("skills.put", name, body.site, detail=body.model_dump_json()), at=now)

    await store.write(work)


@router.get("/certificates", responses=problems(Forbidden))
async def list_certificates(
    store: Store, clock: TheClock, caller: Reader, query: Annotated[OfSite, Query()]
) -> Page[Certificate]:
    """By person and kind, the newest of a kind first."""
    expect_may(caller, Permission.DUTY_READ, query.site)
    now = clock.now()

    def work(connection: Connection) -> tuple[Certificate, ...]:
        today = held(connection, query.site, now)
        return tuple(_certificate(row, today) for row in certificates(connection, frozenset({query.site}), None))

    return Page(items=await store.read(work))


@router.post("/certificates", status_code=201, responses=problems(Forbidden, Unprocessable))
async def write_certificate(store: Store, clock: TheClock, caller: Manager, body: NewCertificate) -> Certificate:
    """Write one down; the manager and the post are told 60, 30 and 7 days before it runs out, and when it has."""
    expect_may(caller, Permission.DUTY_MANAGE, body.site)
    now = clock.now()

    def work(connection: Connection) -> Certificate:
        id = add_certificate(connection, body.model_dump(), now=now)
        record(connection, caller, Entry("certificate.add", id, body.site, detail=body.model_dump_json()), at=now)
        return _certificate(certificate_row(connection, id), held(connection, body.site, now))

    return await store.write(work)


@router.delete("/certificates/{id}", status_code=204, responses=problems(Forbidden, NotFound))
async def delete_certificate(store: Store, clock: TheClock, caller: Manager, id: str) -> None:
    """It was written down by mistake, or was taken away."""
    now = clock.now()

    def work(connection: Connection) -> None:
        row = certificate_row(connection, id)
        expect_may(caller, Permission.DUTY_MANAGE, row["site"])
        remove_certificate(connection, id)
        said = f"{row['person']}: {row['kind']} {row['number']}"
        record(connection, caller, Entry("certificate.remove", id, row["site"], detail=said), at=now)

    await store.write(work)


def _certificate(row: RowMapping, today: Held) -> Certificate:
    told: Mapping[str, Any] = {name: value for name, value in row.items() if name != "added_at"}
    end, begun = row["expires_on"], row["issued_on"] <= today.today
    return Certificate(
        **told,
        name=CERTIFICATES.get(row["kind"], Text(zh=row["kind"], en=row["kind"])),
        days_left=None if end is None else (end - today.today).days,
        valid=begun and (end is None or end >= today.today),
    )
