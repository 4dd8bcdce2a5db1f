"""Skills and certificates in the store: who can do a trade, who may, and until when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, RowMapping, delete, insert, select

from cloud.duty.tables import CERTIFICATE, SKILL
from cloud.errors import NotFound, Unprocessable
from cloud.ids import new_id
from cloud.sites.tables import SITE
from cloud.timers.store import Timer, cancel_timers, set_timers
from cloud.users.store import user_by_name
from facility.clock import NS

EXPIRY: Final = "certificate.expiry"
TELL: Final = (60, 30, 7, 0)
"""So many days before its last day somebody is told; 0: on the day after it, when it has run out."""
TELL_AT: Final = time(8)


@dataclass(frozen=True, slots=True)
class Held:
    """The certificates of people, asked for a moment."""

    until: Mapping[tuple[str, str], date | None]
    """(person, kind) → its last day, of those that have begun; None: no end."""
    today: date

    def lacks(self, person: str, kinds: Iterable[str]) -> str:
        """The first of the kinds that the person does not validly hold; empty: all is well."""
        return next((kind for kind in kinds if not self.valid(person, kind)), "")

    def valid(self, person: str, kind: str) -> bool:
        """Whether the person holds it on the day."""
        if (person, kind) not in self.until:
            return False
        last = self.until[person, kind]
        return last is None or last >= self.today

    def expired(self, person: str, kind: str) -> bool:
        """Whether there was one that has run out."""
        return (person, kind) in self.until and not self.valid(person, kind)


def zone_of(connection: Connection, site: str) -> ZoneInfo:
    """The site's time zone."""
    zone = connection.execute(select(SITE.c.timezone).where(SITE.c.id == site)).scalar_one_or_none()
    return ZoneInfo(zone or "Asia/Shanghai")


def held(connection: Connection, site: str, at: int) -> Held:
    """Everybody's certificates, as they are on the local day of a moment."""
    today = datetime.fromtimestamp(at // NS, UTC).astimezone(zone_of(connection, site)).date()
    c = CERTIFICATE.c
    until: dict[tuple[str, str], date | None] = {}
    query = select(c.person, c.kind, c.expires_on).where(c.site == site, c.issued_on <= today)
    for row in connection.execute(query):
        key = (row.person, row.kind)
        until[key] = row.expires_on if key not in until else _later(until[key], row.expires_on)
    return Held(until, today)


def _later(one: date | None, other: date | None) -> date | None:
    return None if one is None or other is None else max(one, other)


def skills(connection: Connection, site: str) -> dict[str, dict[str, int]]:
    """Person → trade → level, of those of whom somebody wrote it down."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for row in connection.execute(select(SKILL).where(SKILL.c.site == site).order_by(SKILL.c.person, SKILL.c.trade)):
        found[row.person][row.trade] = row.level
    return dict(found)


def put_skills(connection: Connection, site: str, person: str, levels: Mapping[str, int]) -> None:
    """All trades of a person, anew. Unprocessable for a name nobody has."""
    _known(connection, person)
    connection.execute(delete(SKILL).where(SKILL.c.site == site, SKILL.c.person == person))
    rows = [{"site": site, "person": person, "trade": trade, "level": level} for trade, level in levels.items()]
    if rows:
        connection.execute(insert(SKILL), rows)


def _known(connection: Connection, person: str) -> None:
    if user_by_name(connection, person) is None:
        raise Unprocessable(f"没有用户 {person!r} · there is no user {person!r}: add it first")


def certificates(connection: Connection, sites: frozenset[str] | None, person: str | None) -> Sequence[RowMapping]:
    """Of these sites (None: all), by site, person and kind, the newest of a kind first."""
    c = CERTIFICATE.c
    query = select(CERTIFICATE).order_by(c.site, c.person, c.kind, c.issued_on.desc(), c.id)
    if sites is not None:
        query = query.where(c.site.in_(sites))
    return connection.execute(query if person is None else query.where(c.person == person)).mappings().all()


def add_certificate(connection: Connection, told: Mapping[str, object], *, now: int) -> str:
    """A person's certificate; its id. Somebody is told before it runs out."""
    _known(connection, str(told["person"]))
    id = new_id(now)
    connection.execute(insert(CERTIFICATE), {**told, "id": id, "added_at": now})
    arm(connection, certificate_row(connection, id), now)
    return id


def certificate_row(connection: Connection, id: str) -> RowMapping:
    """One certificate. NotFound."""
    row = connection.execute(select(CERTIFICATE).where(CERTIFICATE.c.id == id)).mappings().first()
    if row is None:
        raise NotFound(f"没有证书 {id!r} · there is no certificate {id!r}")
    return row


def remove_certificate(connection: Connection, id: str) -> None:
    """It was written down by mistake."""
    cancel_timers(connection, [(EXPIRY, id)])
    connection.execute(delete(CERTIFICATE).where(CERTIFICATE.c.id == id))


def arm(connection: Connection, row: RowMapping, now: int) -> None:
    """Set the timer for the next time that somebody is told; none after the last."""
    if row["expires_on"] is None:
        return
    zone = zone_of(connection, row["site"])
    moments = [(days, _at(zone, row["expires_on"] + timedelta(days=-days or 1))) for days in TELL]
    ahead = [(days, at) for days, at in moments if at > now]
    if ahead:
        set_timers(connection, [Timer(EXPIRY, row["id"], ahead[0][1], str(ahead[0][0]))])


def _at(zone: ZoneInfo, day: date) -> int:
    return round(datetime.combine(day, TELL_AT, zone).timestamp()) * NS


def replaced(connection: Connection, row: RowMapping) -> bool:
    """Whether the person holds a later one of the kind: then nobody need be told."""
    c = CERTIFICATE.c
    later = (c.expires_on.is_(None)) | (c.expires_on > row["expires_on"])
    same = (c.site == row["site"]) & (c.person == row["person"]) & (c.kind == row["kind"]) & later
    return connection.execute(select(c.id).where(same).limit(1)).first() is not None
