"""A code: eight random signs and one that checks them, short enough to be typed in a basement. No I/O."""

from __future__ import annotations

import hashlib
import secrets
from typing import Final

SIGNS: Final = "123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""31 of them, a prime: no 0 and O, no I, L and U. So one wrong sign, or two that changed places, always shows."""
RANDOM: Final = 8
LENGTH: Final = RANDOM + 1
_READ_AS: Final = str.maketrans({"I": "1", "L": "1", "-": None, " ": None, "\t": None})


def new_code() -> str:
    """One that nobody guesses: 39 bits."""
    body = "".join(secrets.choice(SIGNS) for _ in range(RANDOM))
    return body + _check(body)


def read_code(text: str) -> str | None:
    """What was typed or scanned as a code: with dashes, in small letters, or the whole address; None if it is none."""
    last = text.strip().rstrip("/").rpartition("/")[2] if len(text) <= 2000 else ""
    code = last.upper().translate(_READ_AS)
    if len(code) != LENGTH or any(sign not in SIGNS for sign in code) or _check(code[:RANDOM]) != code[RANDOM]:
        return None
    return code


def shown(code: str) -> str:
    """As people read it: ABC-DEF-GHJ."""
    return "-".join(code[start : start + 3] for start in range(0, LENGTH, 3))


def mark(code: str) -> str:
    """What tells a telephone without a network whether a scanned code is the right one, without telling it the code."""
    return hashlib.sha256(f"gatehouse-code:{code}".encode()).hexdigest()


def _check(body: str) -> str:
    return SIGNS[sum((place + 2) * SIGNS.index(sign) for place, sign in enumerate(body)) % len(SIGNS)]
