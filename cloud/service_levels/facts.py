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
    """As it is now."""
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
    changes: list[tuple[int, OrderClass]] = field(default_factory=list)
    """(when, the class until then), in their order."""

    def judged_class(self, stopped_at: int | None) -> OrderClass:
        """The class that a clock is judged by: of one that has stopped the one that held then, else today's."""
        if stopped_at is None:
            return self.order_class
        return next((before for when, before in self.changes if stopped_at < when), self.order_class)


_FIRST = {"accepted": "accepted_at", "arrived": "arrived_at", "called_back": "called_back_at"}
"""Of these the first counts."""


def rounds(order_class: OrderClass, side: Side, steps: Iterable[Step], fault: str | None = None) -> list[Round]:
    """All rounds; `order_class` is the one it was reported with where its first step does not say it."""
    found: list[Round] = []
    held = order_class
    for step in steps:
        if step.kind == "reported" and step.detail:
            held = OrderClass(step.detail)
        if step.kind in {"reported", "recurred"}:
            found.append(Round(step.at, held, side, fault))
        elif step.kind == "class_changed":
            held = OrderClass(step.detail)
            if found:
                found[-1].changes.append((step.at, found[-1].order_class))
                found[-1].order_class = held
        if found:
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
