"""Who is logged in: tokens in a cookie, only their digests on the disk, so that a restart logs nobody out."""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from edge.duty.accounts import Accounts
from facility.clock import NS, Clock
from facility.errors import ConfigError

FILE: Final = "duty-sessions.json"
LASTS: Final = 12 * 3600 * NS
"""A shift is 8 h at most; who stays longer logs in again, so that acknowledgements name who is there."""
MOST: Final = 100

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Session:
    """One person at one browser, until `ends` (UTC ns). `opened`: alarms that they looked at, by id and raise."""

    name: str
    ends: int
    account: str
    """Digest of the hash that they logged in by: a new password ends it."""
    opened: set[tuple[str, int]] = field(default_factory=set)


class Sessions:
    """By the digest of their token."""

    def __init__(self, folder: Path, accounts: Accounts, clock: Clock) -> None:
        self._file = folder / FILE
        self._accounts = accounts
        self._clock = clock
        self._known: dict[str, Session] = {}
        with contextlib.suppress(OSError, ValueError, TypeError):
            kept = json.loads(self._file.read_text(encoding="utf-8"))
            self._known = {digest: Session(*each) for digest, each in kept.items()}

    def begin(self, name: str) -> str:
        """The token of a new one."""
        token, now = secrets.token_urlsafe(32), self._clock.now()
        self._known = {d: s for d, s in self._known.items() if s.ends > now}
        while len(self._known) >= MOST:
            del self._known[min(self._known, key=lambda d: self._known[d].ends)]
        self._known[_digest(token)] = Session(name, now + LASTS, self._account(name))
        self._write()
        return token

    def find(self, token: str) -> Session | None:
        """The session of a token that still holds."""
        session = self._known.get(_digest(token)) if token else None
        if session is None or session.ends <= self._clock.now() or session.account != self._account(session.name):
            return None
        return session

    def end(self, token: str) -> None:
        """Log out."""
        if self._known.pop(_digest(token), None) is not None:
            self._write()

    def _account(self, name: str) -> str:
        try:
            account = self._accounts.all().get(name)
        except ConfigError as error:
            log.warning("duty page: nobody can log in: %s", error)
            return secrets.token_hex()
        return secrets.token_hex() if account is None else _digest(str(account))

    def _write(self) -> None:
        """Who can't be kept must log in again after a restart; nothing else hangs on it."""
        beside = self._file.with_suffix(".new")
        try:
            beside.unlink(missing_ok=True)
            handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump({d: (s.name, s.ends, s.account) for d, s in self._known.items()}, file)
            beside.replace(self._file)
        except OSError as error:
            log.warning("duty page: sessions are not kept: %s", error)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
