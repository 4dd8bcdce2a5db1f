"""A delivery: one message over one channel; what of it goes out together, and what becomes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from cloud.notification.message import Message
from facility.clock import NS

HAND_ON: Final = 30 * NS
HAND_ON_LIFE: Final = 10 * NS
"""Nanoseconds after which the next channel is asked too."""
TRIES: Final = 3
GIVE_UP: Final = 3600 * NS
"""A message that is an hour old tells nobody anything new."""
PAUSES: Final = (2.0, 5.0, 10.0, 20.0, 60.0)
"""Seconds that a channel rests after its first, second … failure in a row."""


class State(StrEnum):
    """Of a delivery."""

    WAITING = "waiting"
    SENT = "sent"
    HANDED_ON = "handed_on"
    """Another channel has it now."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One that waits."""

    id: int
    message: Message
    created_at: int
    tries: int = 0
    after: tuple[str, ...] = ()


def packed(waiting: Sequence[Delivery], tokens: int, tokens_life: int) -> list[list[Delivery]]:
    """What goes out now: a request each while the tokens last, else one digest of all that waits; life safety first.

    `tokens` are for anything, `tokens_life` (those and the kept ones) for life safety.
    """
    life = [each for each in waiting if each.message.life_safety]
    groups = _grouped(life, tokens_life)
    rest = [each for each in waiting if not each.message.life_safety]
    return groups + _grouped(rest, min(tokens, tokens_life - len(groups)))


def _grouped(waiting: Sequence[Delivery], tokens: int) -> list[list[Delivery]]:
    if tokens <= 0 or not waiting:
        return []
    return [[each] for each in waiting] if len(waiting) <= tokens else [list(waiting)]


def overdue(delivery: Delivery, now: int) -> bool:
    """Whether the next channel is to be asked: too old, or tried often enough."""
    patience = HAND_ON_LIFE if delivery.message.life_safety else HAND_ON
    return now - delivery.created_at >= patience or delivery.tries >= (1 if delivery.message.life_safety else TRIES)


def pause(failures: int, asked: float) -> float:
    """Seconds that a channel rests: as long as it asked for, else longer each time."""
    return asked or PAUSES[min(failures, len(PAUSES)) - 1]
