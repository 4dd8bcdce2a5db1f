"""Passwords: argon2id off the loop, at most two at once."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

LEAST = 12
"""Characters of a password."""


class Passwords:
    """Makes and checks hashes: 64 MiB, three passes, one lane (over OWASP's least of 19 MiB, two, one)."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher(time_cost=3, memory_cost=65_536, parallelism=1)
        self._pool = ThreadPoolExecutor(2, thread_name_prefix="argon2")

    @cached_property
    def _nobody(self) -> str:
        return self._hasher.hash("nobody has this password")

    def make(self, password: str) -> str:
        """The hash to keep; takes about 0.1 s of this thread."""
        return self._hasher.hash(password)

    async def make_off_loop(self, password: str) -> str:
        """The hash to keep."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, self.make, password)

    async def right(self, password: str, kept: str | None) -> bool:
        """Whether it is the password; takes as long for somebody who does not exist (None)."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._verify, password, kept)

    def _verify(self, password: str, kept: str | None) -> bool:
        try:
            self._hasher.verify(kept or self._nobody, password)
        except (VerificationError, InvalidHashError):
            return False
        return kept is not None

    def close(self) -> None:
        """End the threads."""
        self._pool.shutdown(wait=True)
