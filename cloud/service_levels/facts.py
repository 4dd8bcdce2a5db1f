"""The rounds of an order, read from its steps: what the clocks and every figure of a report are computed from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from cloud.service_levels.calendar import Span
from facility.alarm import OrderClass
from facility.work_order import Side


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an order's life: `at` is when it was so, `recorded_at` when it was said."""

    kind: str
    at: int
    recorded_at: int
    by: str = ""
    detail: str = ""
    note: str = ""


@dataclass(slots=True)
class Round:
    """From a report, or a re-opening, to the end. Times in UTC ns."""

    started_at: int
    order_class: OrderClass
    side: Side
    fault: str | None = None
    accepted_at: int | None = None
    arrived_at: int | None = None
    restored_at: int | None = None
    called_back_at: int | None = None
    ended_at: int | None = None
    """Cancelled: the clocks that ran are not judged."""
    pauses: list[Span] = field(default_factory=list)
    paused_at: int | None = None


_FIRST = {"accepted": "accepted_at", "arrived": "arrived_at", "called_back": "called_back_at"}
"""Of these the first counts."""


def rounds(order_class: OrderClass, side: Side, steps: Iterable[Step], fault: str | None = None) -> list[Round]:
    """All rounds; the class is the one it was reported with, changes are among the steps."""
    found: list[Round] = []
    held = order_class
    for step in steps:
        if step.kind in {"reported", "recurred"}:
            found.append(Round(step.at, held, side, fault))
        elif step.kind == "class_changed":
            held = OrderClass(step.detail)
        if found:
            found[-1].order_class = held
            _take(found[-1], step)
    return found


def _take(one: Round, step: Step) -> None:
    if step.kind in _FIRST:
        name = _FIRST[step.kind]
        if getattr(one, name) is None:
            setattr(one, name, step.at)
    elif step.kind == "restored":
        one.restored_at = step.at
    elif step.kind == "work_refused":
        one.restored_at = one.called_back_at = None
    elif step.kind == "cancelled":
        one.ended_at = step.at
    elif step.kind == "paused":
        one.paused_at = step.at
    if step.kind in {"resumed", "cancelled"} and one.paused_at is not None:
        one.pauses.append((one.paused_at, max(step.at, one.paused_at)))
        one.paused_at = None
