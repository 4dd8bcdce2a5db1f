"""Card numbers become a keyed hash and their last four digits before they touch the disk (contracts.md)."""

from __future__ import annotations

import hashlib
import hmac
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Final

KEY_FILE: Final = "card.key"
_LAST: Final = 4

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Card:
    """What is left of a card's number. `hash` is None where the site has no key yet."""

    hash: str | None
    last4: str


class Cards:
    """Hashes card numbers with the site's key."""

    def __init__(self, key: bytes | None) -> None:
        self._key = key

    def card(self, number: str) -> Card:
        """HMAC-SHA-256 in hex and the last four digits; a number that is no longer than those is hidden whole."""
        number = number.strip().upper()
        found = hmac.new(self._key, number.encode(), hashlib.sha256).hexdigest() if self._key else None
        return Card(found, number[-_LAST:] if len(number) > _LAST else "")


def read_cards(folder: Path) -> Cards:
    """With the key `card.key` beside site.yaml; without it cards are told apart by their last four digits only."""
    path = folder / KEY_FILE
    try:
        key = path.read_bytes().strip()
        if path.stat().st_mode & 0o077:
            log.warning("%s can be read by others: chmod 600 %s", path, path)
    except FileNotFoundError:
        key = b""
    except OSError as error:
        log.warning("can't read %s (%s): cards are not hashed", path, error.strerror)
        key = b""
    return Cards(key or None)
