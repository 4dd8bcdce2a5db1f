"""The duty page of one run: what it answers to whom; every acknowledgement is on the disk before it is confirmed."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from importlib import resources
from typing import Any, Final
from urllib.parse import urlsplit

from pydantic import Field, ValidationError

from edge.duty import page
from edge.duty.book import Answered, Book
from edge.duty.http import HTML, JSON, TEXT, Reply, Request
from edge.duty.log_in import LogIn, TooSoon
from edge.duty.sessions import LASTS, Session, Sessions
from edge.duty.shown import About, Facts, as_json, shown
from edge.duty.words import words
from edge.snapshot import Snapshot
from facility.clock import NS, Clock
from facility.words import Frozen

FILES: Final = {"/duty.js": "text/javascript; charset=utf-8", "/duty.css": "text/css; charset=utf-8"}
FRESH: Final = NS // 4
"""The list is made at most so often, however many look at it."""


class Seen(Frozen):
    """An alarm as somebody saw it: its id and the raise (UTC ns)."""

    id: str
    at: int


class Asked(Frozen):
    """The body of POST /acknowledge."""

    alarms: tuple[Seen, ...] = Field(min_length=1, max_length=200)


Acknowledge = Callable[[list[Answered], str], Awaitable[None]]
"""Record that somebody acknowledged alarms; returns when it is on the disk."""


@dataclass(frozen=True, slots=True)
class Entrance:
    """How people come in. `names`: hosts that the page answers to beside its address; `secure`: over TLS."""

    sessions: Sessions
    log_in: LogIn
    names: tuple[str, ...]
    secure: bool


@dataclass(frozen=True, slots=True)
class Behind:
    """What the page shows, and where its acknowledgements go."""

    book: Book
    snapshot: Snapshot
    about: Callable[[], About]
    acknowledge: Acknowledge


class Desk:
    """`answer` is the whole page."""

    def __init__(self, facts: Facts, entrance: Entrance, behind: Behind, clock: Clock) -> None:
        self.facts = facts
        self._sessions, self._log_in = entrance.sessions, entrance.log_in
        self._names, self._secure = entrance.names, entrance.secure
        self._book, self._snapshot = behind.book, behind.snapshot
        self._about, self._acknowledge = behind.about, behind.acknowledge
        self._clock = clock
        self._made: tuple[int, int, dict[str, Any]] | None = None
        self._cookie = "__Host-duty" if self._secure else "duty"
        self._files = {path: (resources.files("edge.duty") / path[1:]).read_bytes() for path in FILES}

    async def answer(self, request: Request) -> Reply:
        """Host and origin first, then who it is."""
        if not self._our_name(request):
            return Reply(
                HTTPStatus.MISDIRECTED_REQUEST, b"this page is called by its address or one of its names", TEXT
            )
        if request.method == "GET":
            return self._got(request)
        if request.method != "POST":
            return Reply(HTTPStatus.METHOD_NOT_ALLOWED, headers=(("Allow", "GET, POST"),))
        if request.headers.get("origin") != self._origin(request):
            return Reply(HTTPStatus.FORBIDDEN, b"another page sent this", TEXT)
        return await self._posted(request)

    def _got(self, request: Request) -> Reply:
        if request.path in FILES:
            return Reply(HTTPStatus.OK, self._files[request.path], FILES[request.path])
        session = self._sessions.find(request.cookie(self._cookie))
        if request.path == "/":
            return self._document(request, session)
        if request.path not in ("/alarms", "/alarm"):
            return Reply(HTTPStatus.NOT_FOUND)
        if session is None:
            return Reply(HTTPStatus.UNAUTHORIZED)
        return self._list(session) if request.path == "/alarms" else self._open(request, session)

    async def _posted(self, request: Request) -> Reply:
        token = request.cookie(self._cookie)
        if request.path == "/login":
            return await self._enter(request)
        if request.path == "/logout":
            self._sessions.end(token)
            return self._sent_home(request, f"{self._cookie}=; Max-Age=0")
        if request.path == "/acknowledge":
            return await self._asked(request, self._sessions.find(token))
        return Reply(HTTPStatus.NOT_FOUND)

    async def _asked(self, request: Request, session: Session | None) -> Reply:
        if session is None:
            return Reply(HTTPStatus.UNAUTHORIZED)
        if request.headers.get("content-type", "").partition(";")[0].strip() != JSON:
            return Reply(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
        try:
            asked = Asked.model_validate_json(request.body)
        except ValidationError:
            return Reply(HTTPStatus.BAD_REQUEST)
        return await self._answered(asked, session)

    # Who it is ----------------------------------------------------------------------------------------------

    def _our_name(self, request: Request) -> bool:
        """A name of ours, or the very address that was connected to: no other page's name leads here."""
        try:
            host = urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
        except ValueError:
            return False
        local = request.local.partition("%")[0].removeprefix("::ffff:")
        loopback = local in ("127.0.0.1", "::1") and host == "localhost"
        return bool(host) and (host == local.lower() or host in self._names or loopback)

    def _origin(self, request: Request) -> str:
        return f"{'https' if self._secure else 'http'}://{request.headers.get('host', '')}"

    async def _enter(self, request: Request) -> Reply:
        form, say = request.form, words(english=_english(request))
        try:
            right = await self._log_in.right(form.get("name", ""), form.get("password", ""), request.peer)
        except TooSoon as soon:
            says = say["wait"].format(soon.seconds)
            reply = self._form(request, HTTPStatus.TOO_MANY_REQUESTS, says)
            return Reply(reply.status, reply.body, reply.type, (("Retry-After", str(soon.seconds)),))
        if not right:
            return self._form(request, HTTPStatus.UNAUTHORIZED, say["wrong"])
        token = self._sessions.begin(form["name"])
        return self._sent_home(request, f"{self._cookie}={token}; Max-Age={LASTS // NS}")

    def _sent_home(self, request: Request, cookie: str) -> Reply:
        kept = f"{cookie}; Path=/; HttpOnly; SameSite=Strict{'; Secure' if self._secure else ''}"
        home = f"/?lang={'en' if _english(request) else 'zh'}"
        return Reply(HTTPStatus.SEE_OTHER, headers=(("Location", home), ("Set-Cookie", kept)))

    # What it shows ------------------------------------------------------------------------------------------

    def _document(self, request: Request, session: Session | None) -> Reply:
        if session is None:
            return self._form(request, HTTPStatus.OK, "")
        english = _english(request)
        return Reply(HTTPStatus.OK, page.duty(self._site(english=english), session.name, english=english), HTML)

    def _form(self, request: Request, status: HTTPStatus, says: str) -> Reply:
        english = _english(request)
        return Reply(status, page.log_in(self._site(english=english), english=english, says=says), HTML)

    def _site(self, *, english: bool) -> str:
        name = self.facts.inventory.name
        return name.en if english else name.zh

    def _list(self, session: Session) -> Reply:
        now = self._clock.monotonic()
        if self._made is None or self._made[0] != self._book.version or now - self._made[1] > FRESH:
            found = shown(list(self._book), self.facts, self._snapshot, self._about(), self._clock.now())
            self._made = (self._book.version, now, dict(found))
        return Reply(HTTPStatus.OK, as_json(self._made[2] | {"me": {"name": session.name, "ends": session.ends}}))

    def _open(self, request: Request, session: Session) -> Reply:
        one = self._book.get(request.query.get("id", ""))
        if one is None:
            return _conflict("changed")
        session.opened.add((one.id, one.at))
        return Reply(HTTPStatus.OK, as_json(self.facts.opened(one, self._snapshot)))

    # What is done -------------------------------------------------------------------------------------------

    async def _answered(self, asked: Asked, session: Session) -> Reply:
        """All or none: what somebody did not see as it is now is not acknowledged."""
        found = [self._book.get(seen.id) for seen in asked.alarms]
        alarms = [one for one, seen in zip(found, asked.alarms, strict=True) if one is not None and one.at == seen.at]
        if len(alarms) < len(found):
            return _conflict("changed")
        if any(one.life and (len(alarms) > 1 or (one.id, one.at) not in session.opened) for one in alarms):
            return _conflict("open_first")
        waiting = {one.id: one for one in alarms if one.waits}
        if waiting:
            await self._acknowledge(list(waiting.values()), session.name)
        session.opened -= {(one.id, one.at) for one in alarms}
        return Reply(HTTPStatus.OK, b"{}")


def _conflict(why: str) -> Reply:
    """`why` is a key of the page's words."""
    return Reply(HTTPStatus.CONFLICT, json.dumps({"why": why}).encode())


def _english(request: Request) -> bool:
    wanted = request.query.get("lang") or request.headers.get("accept-language", "zh")
    return wanted.lower().startswith("en")
