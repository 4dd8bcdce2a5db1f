"""Posts and the rota in the store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from cloud.duty.tables import DUTY, DUTY_POST
from cloud.errors import Conflict, NotFound, Unprocessable
from cloud.ids import new_id
from cloud.users.store import user_by_name
from facility.clock import NS
from facility.words import Text

POSTS: Final[Mapping[str, Text]] = {
    "control_room": Text(zh="消防控制室", en="Control room"),
    "engineering": Text(zh="工程值班", en="Engineering"),
    "shift_leader": Text(zh="班长", en="Shift leader"),
    "manager": Text(zh="项目经理", en="Property manager"),
    "fire_manager": Text(zh="消防安全管理人", en="Fire-safety manager"),
}
"""The posts that every site has: alarms name them."""
LONGEST: Final = {"control_room": 8 * 3600 * NS, "": 24 * 3600 * NS}
"""A shift in the fire control room lasts at most 8 h (GB 25201)."""


def posts(connection: Connection, site: str) -> dict[str, tuple[Text, str]]:
    """Id → (name, telephone) of a site's posts: those that every site has first."""
    found = {id: (name, "") for id, name in POSTS.items()}
    rows = connection.execute(select(DUTY_POST).where(DUTY_POST.c.site == site).order_by(DUTY_POST.c.id))
    return found | {row.id: (Text(zh=row.zh, en=row.en), row.phone) for row in rows}


def put_post(connection: Connection, site: str, id: str, name: Text, phone: str) -> None:
    """Make a post, or name an existing one anew."""
    p = DUTY_POST.c
    told = {"zh": name.zh, "en": name.en, "phone": phone}
    if connection.execute(update(DUTY_POST).where(p.site == site, p.id == id).values(**told)).rowcount == 0:
        connection.execute(insert(DUTY_POST), told | {"site": site, "id": id})


def remove_post(connection: Connection, site: str, id: str, *, now: int) -> None:
    """Take a post away, or its own name from one that every site has. Conflict while somebody is to stand there."""
    p, d = DUTY_POST.c, DUTY.c
    if id not in POSTS:
        ahead = select(d.id).where(d.site == site, d.post == id, d.ends_at > now).limit(1)
        if connection.execute(ahead).first() is not None:
            raise Conflict(f"排班中仍有 {id} · the rota still has somebody at {id}: take them off first")
    if connection.execute(delete(DUTY_POST).where(p.site == site, p.id == id)).rowcount == 0:
        raise NotFound(f"没有自设的岗位 {id!r} · there is no post {id!r} of your own at {site}")


def add_duty(connection: Connection, site: str, post: str, person: str, start: int, end: int, *, now: int) -> str:
    """Put a person on the rota; the id. Unprocessable, Conflict say why it can't be."""
    if post not in posts(connection, site):
        raise Unprocessable(f"没有岗位 {post!r} · there is no post {post!r} at {site}")
    if user_by_name(connection, person) is None:
        raise Unprocessable(f"没有用户 {person!r} · there is no user {person!r}")
    longest = LONGEST.get(post, LONGEST[""])
    if not 0 < end - start <= longest:
        hours = longest // (3600 * NS)
        raise Unprocessable(f"班次须在 {hours} 小时以内 · a shift at {post} ends after it begins, within {hours} h")
    d = DUTY.c
    same = select(d.id).where(
        d.site == site, d.post == post, d.person == person, d.starts_at < end, d.ends_at > start
    )  # fmt: skip
    if connection.execute(same).first() is not None:
        raise Conflict(f"{person} 此时段已排班 · {person} stands there already at this time")
    row = {"id": new_id(now), "site": site, "post": post, "person": person, "starts_at": start, "ends_at": end}
    connection.execute(insert(DUTY), row)
    return str(row["id"])


def duty_by_id(connection: Connection, id: str) -> RowMapping | None:
    """One line of the rota."""
    return connection.execute(select(DUTY).where(DUTY.c.id == id)).mappings().first()


def remove_duty(connection: Connection, id: str) -> None:
    """Take a line off the rota."""
    connection.execute(delete(DUTY).where(DUTY.c.id == id))


def duties(
    connection: Connection, sites: frozenset[str] | None, post: str | None, start: int, end: int
) -> Sequence[RowMapping]:
    """The rota lines that touch [start, end), in their order."""
    d = DUTY.c
    query = select(DUTY).where(d.starts_at < end, d.ends_at > start).order_by(d.starts_at, d.post, d.person).limit(5000)
    if sites is not None:
        query = query.where(d.site.in_(sites))
    return connection.execute(query if post is None else query.where(d.post == post)).mappings().all()


def on_duty(connection: Connection, site: str, post: str, at: int) -> tuple[str, ...]:
    """The names of the users who stand at a post at a time."""
    return tuple(row["person"] for row in duties(connection, frozenset({site}), post, at, at + 1))
