"""What composing many messages asks of the store, each thing read once: in a storm it would be asked for each alarm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, RowMapping, select

from cloud.alarms.tables import ALARM
from cloud.duty.store import duties, posts
from cloud.notices.store import Notice
from cloud.notification.channel import Medium
from cloud.notification.kinds import model_of
from cloud.notification.message import Recipient
from cloud.notification.routing import Route
from cloud.notification.setup import contacts, routes, rows
from cloud.notification.tables import CHANNEL
from cloud.permissions import Role
from cloud.sites.store import places, site_by_id
from cloud.users.roles import load_roles
from cloud.users.store import users
from facility.clock import NS
from facility.words import Text

_PART = 500


class Surroundings:
    """Of some notices, at one moment."""

    def __init__(self, connection: Connection, notices: Sequence[Notice]) -> None:
        self.connection = connection
        times = [notice.at for notice in notices]
        self._span = (min(times, default=0), max(times, default=0) + 1)
        self._alarms: dict[str, RowMapping] = {}
        self._read_alarms(sorted({notice.alarm for notice in notices}))
        self._zones: dict[str, ZoneInfo] = {}
        self._places: dict[str, dict[str, RowMapping]] = {}
        self._posts: dict[str, dict[str, tuple[Text, str]]] = {}
        self._rota: dict[str, Sequence[RowMapping]] = {}
        self._routes: dict[str, list[Route]] = {}
        self._media: dict[str, dict[str, Medium]] = {}
        self._people: dict[str, Recipient] | None = None

    def _read_alarms(self, ids: Sequence[str]) -> None:
        for start in range(0, len(ids), _PART):
            query = select(ALARM).where(ALARM.c.id.in_(ids[start : start + _PART]))
            self._alarms |= {row["id"]: row for row in self.connection.execute(query).mappings()}

    def alarm(self, id: str) -> RowMapping | None:
        """The alarm that a notice is about."""
        return self._alarms.get(id)

    def local_time(self, site: str, at: int) -> datetime:
        """In the site's zone."""
        if site not in self._zones:
            row = site_by_id(self.connection, site)
            self._zones[site] = ZoneInfo(row["timezone"] if row is not None else "Asia/Shanghai")
        return datetime.fromtimestamp(at / NS, UTC).astimezone(self._zones[site])

    def places(self, site: str) -> Mapping[str, RowMapping]:
        """By id."""
        if site not in self._places:
            self._places[site] = {place["id"]: place for place in places(self.connection, site)}
        return self._places[site]

    def post_name(self, site: str, post: str) -> Text:
        """What people call it."""
        self.telephone(site, post)
        return self._posts[site][post][0] if post in self._posts[site] else Text(zh=post, en=post)

    def telephone(self, site: str, post: str) -> str:
        """Of the post itself; empty where it has none."""
        if site not in self._posts:
            self._posts[site] = posts(self.connection, site)
        return self._posts[site][post][1] if post in self._posts[site] else ""

    def on_duty(self, site: str, post: str, at: int) -> list[str]:
        """Who stands at a post at the time of a notice."""
        if site not in self._rota:
            self._rota[site] = duties(self.connection, frozenset({site}), None, *self._span)
        found = (row for row in self._rota[site] if row["post"] == post and row["starts_at"] <= at < row["ends_at"])
        return [row["person"] for row in found]

    def on_duty_anywhere(self, notice: Notice) -> list[str]:
        """Who stands at any post of its site at the time of a notice."""
        self.telephone(notice.site, "")
        return [name for post in self._posts[notice.site] for name in self.on_duty(notice.site, post, notice.at)]

    def heads(self, notice: Notice) -> list[str]:
        """Who manages its site, else whoever administers it; on duty or not."""
        known = [(row["name"], load_roles(row["roles"])) for row in users(self.connection) if not row["disabled"]]
        managers, administrators = (
            [name for name, roles in known if role in {*roles.get(notice.site, ()), *roles.get("*", ())}]
            for role in (Role.MANAGER, Role.ADMIN)
        )
        return managers if self.reached(managers) else administrators

    def reached(self, people: Sequence[str]) -> list[Recipient]:
        """How these people are reached; in the order of their names."""
        if self._people is None:
            self._people = {who.name: who for who in contacts(self.connection)}
        return [self._people[name] for name in sorted(set(people)) if name in self._people]

    def routes(self, site: str) -> Sequence[Route]:
        """Those that are switched on."""
        if site not in self._routes:
            self._routes[site] = routes(self.connection, site)
        return self._routes[site]

    def media(self, site: str) -> Mapping[str, Medium]:
        """Channel → its medium, of those that are switched on."""
        if site not in self._media:
            own = rows(self.connection, CHANNEL, frozenset({site}))
            self._media[site] = {each["id"]: model_of(each["kind"]).medium for each in own if each["enabled"]}
        return self._media[site]
