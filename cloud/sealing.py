"""Secrets at rest: sealed with a key of this cloud's own, which lies in a file beside the database, never in it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from facility.errors import ConfigError

SEALED: Final = "sealed"
"""The one key of a sealed value in JSON: `{"sealed": "gAAAA…"}`; a value without it is from before there was a key."""


def is_sealed(kept: object) -> bool:
    """Whether a value of the store is a sealed one."""
    return isinstance(kept, dict) and set(kept) == {SEALED}


class Seal:
    """Seals with the first key and opens with any; the file is read when it is needed, and again when it changed."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._keys: Sequence[str] = ()
        self._read_at: tuple[int, int] = (0, 0)

    def seal(self, secret: str) -> dict[str, str]:
        """As it stands in the store."""
        from cryptography.fernet import Fernet

        return {SEALED: Fernet(self._read()[0]).encrypt(secret.encode()).decode("ascii")}

    def open(self, kept: object) -> object:
        """What was sealed; anything else as it is. ConfigError where the key is another one."""
        if not isinstance(kept, dict) or not is_sealed(kept):
            return kept
        from cryptography.fernet import Fernet, InvalidToken, MultiFernet

        try:
            return MultiFernet([Fernet(key) for key in self._read()]).decrypt(kept[SEALED].encode()).decode()
        except InvalidToken as error:
            raise ConfigError(
                f"a channel's secret can't be opened with the keys of {self._file}: put back the file with which it "
                "was sealed, or give the channel its secret again"
            ) from error

    def _read(self) -> Sequence[str]:
        if not self._keys or self._stamp() != self._read_at:
            self._keys = keys_of(self._file)
            self._read_at = self._stamp()
        return self._keys

    def _stamp(self) -> tuple[int, int]:
        try:
            found = self._file.stat()
        except FileNotFoundError:
            return 0, 0
        return found.st_ino, found.st_mtime_ns


def keys_of(file: Path) -> Sequence[str]:
    """The keys, the newest first; one is made at the first call. ConfigError for a file that is no key file."""
    from cryptography.fernet import Fernet

    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with suppress(FileExistsError):
        _write(file, [Fernet.generate_key().decode("ascii")])
    try:
        keys = file.read_text(encoding="ascii").split()
        for key in keys:
            Fernet(key)
    except ValueError as error:
        raise ConfigError(f"{file} is no key file: each line is a key as the cloud wrote it") from error
    except OSError as error:
        raise ConfigError(f"{file} can't be read ({error.strerror}): it belongs to who runs the cloud") from error
    if not keys:
        raise ConfigError(f"{file} is empty: put back the key with which the channels' secrets were sealed")
    return keys


def add_key(file: Path) -> None:
    """A new key before those that are there: from now on it seals, and all of them open."""
    from cryptography.fernet import Fernet

    _replace(file, [Fernet.generate_key().decode("ascii"), *keys_of(file)])


def drop_old_keys(file: Path) -> None:
    """The newest key alone: nothing may be sealed with an older one any more."""
    _replace(file, keys_of(file)[:1])


def _write(file: Path, keys: Sequence[str]) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as out:
        out.write("\n".join(keys) + "\n")
        out.flush()
        os.fsync(out.fileno())


def _replace(file: Path, keys: Sequence[str]) -> None:
    new = file.with_name(f".{file.name}.new")
    new.unlink(missing_ok=True)
    _write(new, keys)
    new.replace(file)
