"""Who may log in at the duty page: a file of names and scrypt hashes that only its owner reads."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from facility.errors import ConfigError

COST: Final = (14, 8, 5)
"""scrypt's log2 N, r and p: OWASP's row for 16 MiB of memory (Password Storage Cheat Sheet, 2^14, 8, 5)."""
MEMORY: Final = 64 * 2**20
SHORTEST: Final = 12
NAME: Final = re.compile(r"[\w.-]{1,32}")
_HASH: Final = re.compile(r"\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]+=*)\$([A-Za-z0-9+/]+=*)")


@dataclass(frozen=True, slots=True)
class Hash:
    """A password as it is kept: `$scrypt$ln=14,r=8,p=5$salt$key`."""

    ln: int
    r: int
    p: int
    salt: bytes
    key: bytes

    def matches(self, password: str) -> bool:
        """Whether it is this password; takes a tenth of a second of a core and 16 MB, on purpose."""
        return hmac.compare_digest(_derived(password, self.salt, self.ln, self.r, self.p), self.key)

    def __str__(self) -> str:
        salt, key = (base64.b64encode(b).decode() for b in (self.salt, self.key))
        return f"$scrypt$ln={self.ln},r={self.r},p={self.p}${salt}${key}"


def hashed(password: str) -> Hash:
    """With a new salt. ConfigError for one that is too short."""
    if len(password) < SHORTEST:
        raise ConfigError(f"a password has {SHORTEST} characters or more: take a few words that you can remember")
    salt = secrets.token_bytes(16)
    return Hash(*COST, salt, _derived(password, salt, *COST))


NOBODY: Final = Hash(*COST, b"\0" * 16, b"\0" * 32)
"""Compared where there is no such name, so that a name can't be told by the time it takes."""


def _derived(password: str, salt: bytes, ln: int, r: int, p: int) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=1 << ln, r=r, p=p, maxmem=MEMORY, dklen=32)


class Accounts:
    """The file, read anew when it has changed."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._seen: tuple[int, int, int] | None = None
        self._known: dict[str, Hash] = {}

    def all(self) -> dict[str, Hash]:
        """Everybody by name; ConfigError where the file is not there, open to others, or can't be read."""
        try:
            stat = self.file.stat()
        except OSError as error:
            raise ConfigError(
                f"can't read {self.file}: {error.strerror}; make it with `gatehouse edge duty user add`"
            ) from error
        seen = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
        if seen != self._seen:
            if stat.st_mode & 0o077:
                raise ConfigError(f"{self.file} is open to others: chmod 600 {self.file}")
            self._known, self._seen = read(self.file), seen
        return self._known

    def put(self, name: str, new: Hash | None) -> None:
        """Add or change somebody, or (None) take them out; the file is replaced in one step, mode 0600."""
        known = dict(self.all()) if self.file.exists() else {}
        if new is None:
            known.pop(name, None)
        else:
            known[name] = new
        beside = self.file.with_name(f".{self.file.name}.{secrets.token_hex(4)}")
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.writelines(f"{one}:{each}\n" for one, each in sorted(known.items()))
                file.flush()
                os.fsync(file.fileno())
            beside.replace(self.file)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise


def read(file: Path) -> dict[str, Hash]:
    """Names and hashes; ConfigError names the line that is neither."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"can't read {file}: {error}") from error
    found: dict[str, Hash] = {}
    for number, line in enumerate(lines, 1):
        name, _, rest = line.partition(":")
        kept = _HASH.fullmatch(rest)
        if not NAME.fullmatch(name) or kept is None or int(kept[1]) > COST[0] + 1:
            raise ConfigError(
                f"{file}:{number}: no account; make accounts with `gatehouse edge duty user add`, not by hand"
            )
        salt, key = (base64.b64decode(part) for part in (kept[4], kept[5]))
        found[name] = Hash(int(kept[1]), int(kept[2]), int(kept[3]), salt, key)
    return found
