"""The sites' keys for card numbers: files of mode 0600 beside the database, never in it."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def card_key(data: Path, site: str) -> str:
    """The site's key as 64 hexadecimal digits, made at the first call."""
    folder = data / "card-keys"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / site
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        key = secrets.token_hex(32)
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    return key
