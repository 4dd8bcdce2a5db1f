"""One cloud a data folder: the second one is told who runs there."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from facility.errors import ConfigError


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the folder for this process; ConfigError names the process that has it, or says why it can't be used."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder / "cloud.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise ConfigError(f"can't use {folder} ({error.strerror}): give another folder with --data") from error
    with os.fdopen(descriptor, "r+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            pid = file.read().strip() or "unknown"
            raise ConfigError(f"a cloud runs here (pid {pid}), in {folder}: end it, or give another --data") from error
        file.truncate()
        file.write(str(os.getpid()))
        file.flush()
        yield
