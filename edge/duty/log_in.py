"""Logging in: one password is tried at a time, and who was wrong waits, longer after each time."""

from __future__ import annotations

import asyncio
import logging
import math
from typing import Final

from edge.duty.accounts import NOBODY, Accounts, Hash
from facility.clock import NS, Clock
from facility.errors import ConfigError, GatehouseError

LONGEST: Final = 60
"""Seconds that an address waits at most; for one name from everywhere it is 5, so that nobody is locked out."""
LONGEST_FOR_NAME: Final = 5
WAITING: Final = 8
FORGOTTEN: Final = 900 * NS
MOST: Final = 1000

log = logging.getLogger(__name__)


class TooSoon(GatehouseError):
    """Wait `seconds` before the next try."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"try again in {seconds} s")
        self.seconds = seconds


class LogIn:
    """Tries passwords; counts the wrong ones by address and by name."""

    def __init__(self, accounts: Accounts, clock: Clock) -> None:
        self._accounts = accounts
        self._clock = clock
        self._one = asyncio.Lock()
        self._waiting = 0
        self._wrong: dict[tuple[str, str], tuple[int, int]] = {}
        """(what, who) → how often wrong, and when last (monotonic ns)."""

    async def right(self, name: str, password: str, peer: str) -> bool:
        """Whether the password is that of the account. TooSoon where it must wait: the password is not looked at."""
        keys = (("address", peer), ("name", name[:32]))
        self._admit(keys)
        if self._waiting >= WAITING:
            raise TooSoon(2)
        self._waiting += 1
        try:
            async with self._one:
                self._admit(keys)
                found = self._account(name)
                matches = await asyncio.to_thread(found.matches, password[:1024])
                right = matches and found is not NOBODY
                self._note(keys, right=right)
        finally:
            self._waiting -= 1
        (log.info if right else log.warning)(
            "duty page: %r from %s %s", name[:32], peer, "logged in" if right else "gave a wrong name or password"
        )
        return right

    def _account(self, name: str) -> Hash:
        try:
            return self._accounts.all().get(name, NOBODY)
        except ConfigError as error:
            log.warning("duty page: nobody can log in: %s", error)
            return NOBODY

    def _admit(self, keys: tuple[tuple[str, str], ...]) -> None:
        now = self._clock.monotonic()
        left = max((self._until(key) - now for key in keys), default=0)
        if left > 0:
            raise TooSoon(math.ceil(left / NS))

    def _until(self, key: tuple[str, str]) -> int:
        times, last = self._wrong.get(key, (0, 0))
        most = LONGEST if key[0] == "address" else LONGEST_FOR_NAME
        return last + min(2 ** (times - 1), most) * NS if times else 0

    def _note(self, keys: tuple[tuple[str, str], ...], *, right: bool) -> None:
        now = self._clock.monotonic()
        for key in keys:
            times, _ = self._wrong.pop(key, (0, 0))
            if not right:
                self._wrong[key] = (min(times + 1, 30), now)
        self._wrong = {k: v for k, v in self._wrong.items() if now - v[1] < FORGOTTEN}
        while len(self._wrong) > MOST:
            del self._wrong[next(iter(self._wrong))]
