"""A room's number as it is looked for: `a 1201`, `A-1201` and `A1201` are one room."""

from __future__ import annotations

from typing import Final

KEY_LENGTH: Final = 32


def key_of(number: str) -> str:
    """Letters (also 汉字) and digits only, in capitals; empty where there are none."""
    return "".join(sign for sign in number.upper() if sign.isalnum())[:KEY_LENGTH]
