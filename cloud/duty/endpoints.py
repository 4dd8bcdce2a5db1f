"""/posts and /rota: who is to stand where, and who does now; what people can and may do."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import Field
from sqlalchemy import Connection

from cloud.audit.store import Entry, record
from cloud.caller import Allow, Caller, expect_may
from cloud.dependencies import Store, TheClock
from cloud.duty import badges, people, rotas
from cloud.duty.patterns import Line
from cloud.duty.rota import add_line
from cloud.duty.store import duties, on_duty, posts, put_post, remove_post
from cloud.errors import Conflict, Forbidden, NotFound, Unprocessable, problems
from cloud.permissions import Permission
from cloud.wire import Asked, Moment, Page, one_site
from facility.clock import NS
from facility.words import Frozen, Id, Text

router = APIRouter(prefix="/api/v1", tags=["duty"])
Reader = Annotated[Caller, Depends(Allow(Permission.DUTY_READ))]
Manager = Annotated[Caller, Depends(Allow(Permission.DUTY_MANAGE))]


class DutyPost(Frozen):
    """A post, and who stands there now."""

    site: str
    id: str
    name: Text
    phone: str
    on_duty: tuple[str, ...]


class NamedPost(Asked):
    """The body of PUT /posts/{id}."""

    site: Id
    name: Text
    phone: str = Field(default="", max_length=32)


class Duty(Frozen):
    """One line of the rota."""

    id: str
    site: str
    post: str
    person: str
    start: Moment = Field(alias="from")
    end: Moment = Field(alias="to")


class NewDuty(Asked):
    """The body of POST /rota."""

    site: Id
    post: Id
    person: str = Field(min_length=1, max_length=64)
    start: Moment = Field(alias="from")
    end: Moment = Field(alias="to")


class SiteQuery(Asked):
    """Of which site."""

    site: Id


class RotaQuery(Asked):
    """Which part of the rota; a week from now where nothing is said."""

    site: str | None = None
    post: str | None = None
    start: Moment | None = Field(default=None, alias="from")
    end: Moment | None = Field(default=None, alias="to")


@router.get("/posts", responses=problems(Forbidden))
async def list_posts(
    store: Store, clock: TheClock, caller: Reader, query: Annotated[SiteQuery, Query()]
) -> Page[DutyPost]:
    """The posts of a site, with who stands there now."""
    expect_may(caller, Permission.DUTY_READ, query.site)
    now = clock.now()

    def work(connection: Connection) -> tuple[DutyPost, ...]:
        return tuple(
            DutyPost(site=query.site, id=id, name=name, phone=phone, on_duty=on_duty(connection, query.site, id, now))
            for id, (name, phone) in posts(connection, query.site).items()
        )

    return Page(items=await store.read(work))


@router.put("/posts/{id}", status_code=204, responses=problems(Forbidden))
async def name_post(store: Store, clock: TheClock, caller: Manager, id: Id, body: NamedPost) -> None:
    """Make a post, or give one its name and telephone."""
    expect_may(caller, Permission.DUTY_MANAGE, body.site)
    now = clock.now()

    def work(connection: Connection) -> None:
        put_post(connection, body.site, id, body.name, body.phone)
        record(connection, caller, Entry("post.put", id, body.site, detail=body.name.zh), at=now)

    await store.write(work)


@router.delete("/posts/{id}", status_code=204, responses=problems(Forbidden, NotFound, Conflict))
async def delete_post(
    store: Store, clock: TheClock, caller: Manager, id: Id, query: Annotated[SiteQuery, Query()]
) -> None:
    """Take a post away."""
    expect_may(caller, Permission.DUTY_MANAGE, query.site)
    now = clock.now()

    def work(connection: Connection) -> None:
        remove_post(connection, query.site, id, now=now)
        record(connection, caller, Entry("post.remove", id, query.site), at=now)

    await store.write(work)


@router.get("/rota")
async def list_rota(store: Store, clock: TheClock, caller: Reader, query: Annotated[RotaQuery, Query()]) -> Page[Duty]:
    """Who stands where, in the order of time."""
    start = query.start if query.start is not None else clock.now()
    end = query.end if query.end is not None else start + 7 * 24 * 3600 * NS
    sites = one_site(caller.sites(Permission.DUTY_READ), query.site)
    rows = await store.read(lambda c: duties(c, sites, query.post, start, end))
    names = ("id", "site", "post", "person")
    told = [{n: row[n] for n in names} | {"from": row["starts_at"], "to": row["ends_at"]} for row in rows]
    return Page(items=tuple(Duty.model_validate(each) for each in told))


@router.post("/rota", status_code=201, responses=problems(Forbidden, Conflict, Unprocessable))
async def put_on_rota(store: Store, clock: TheClock, caller: Manager, body: NewDuty) -> Duty:
    """Put a person at a post for a time; at the fire control room only with a certificate, or as a third one."""
    expect_may(caller, Permission.DUTY_MANAGE, body.site)
    now = clock.now()

    def work(connection: Connection) -> str:
        id = add_line(connection, body.site, body.post, Line(body.person, body.start, body.end), now=now)
        record(connection, caller, Entry("rota.add", id, body.site, detail=f"{body.post}: {body.person}"), at=now)
        return id

    return Duty.model_validate({"id": await store.write(work), **body.model_dump(by_alias=True)})


router.include_router(people.router)
router.include_router(badges.router)
router.include_router(rotas.router)
