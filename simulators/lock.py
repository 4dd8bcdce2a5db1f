"""One process a folder: the second one is told who runs there."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from facility.errors import ConfigError


@contextlib.contextmanager
def alone(folder: Path, what: str) -> Iterator[None]:
    """Hold the folder for this process; ConfigError names the one that runs there, or says why it can't be used."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / f".{what}.lock").open("a+", encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"can't use {folder}: {error.strerror}; give another folder with --data") from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.seek(0)
            pid = file.read().strip() or "unknown"
            raise ConfigError(
                f"a {what} runs in {folder} already (pid {pid}); end it, or give another --data"
            ) from error
        file.seek(0)
        file.truncate()
        file.write(str(os.getpid()))
        file.flush()
        yield
