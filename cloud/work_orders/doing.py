"""What who works on an order does to it, now or some time ago off line: each as a transition for `steps.step`."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from cloud.work_orders import checks, machine, reporting, signatures
from cloud.work_orders.answers import Arrival, Checklist, NewCost, Pause, Signature
from cloud.work_orders.arrivals import shown
from cloud.work_orders.book import OrderBook
from cloud.work_orders.device import device_of
from cloud.work_orders.row import OrderRow
from cloud.work_orders.steps import Transition
from facility.alarm import Post


@dataclass(frozen=True, slots=True)
class Deed:
    """Who did it, when, and when it is written down: UTC ns."""

    by: str
    at: int
    now: int


def accept(deed: Deed) -> Transition:
    """接单."""
    return lambda _, __, row: machine.accept(row, deed.by, deed.now, deed.at)


def decline(deed: Deed, reason: str) -> Transition:
    """退单: back to the post."""
    return lambda _, __, row: machine.decline(row, deed.by, reason, Post.ENGINEERING.value, deed.now, deed.at)


def arrive(deed: Deed, said: Arrival) -> Transition:
    """到场: shown by a reader or a code, else self-reported and marked; what shows it is evidence."""

    def do(connection: Connection, book: OrderBook, row: OrderRow) -> machine.Said:
        found = shown(connection, row, said, deed.by, deed.at)
        steps = machine.arrive(row, deed.by, deed.now, found, deed.at)
        if found is not None:
            book.add_evidence(row.site, row.id, "arrival", said.event or found.where, found.at)
        return steps

    return do


def restore(deed: Deed, note: str) -> Transition:
    """修复: at once, or when the device has been normal for the hold time."""

    def do(connection: Connection, book: OrderBook, row: OrderRow) -> machine.Said:
        checks.all_answered(connection, row.id)
        hold = book.level(row.site).hold
        return machine.claim(row, deed.by, note, device_of(connection, row), hold, deed.now, deed.at)

    return do


def pause(deed: Deed, said: Pause) -> Transition:
    """暂停: the clocks stand still."""
    return lambda _, __, row: machine.pause(row, deed.by, said.reason, said.note, deed.now, deed.at)


def resume(deed: Deed) -> Transition:
    """继续."""
    return lambda _, __, row: machine.resume(row, deed.by, deed.now, deed.at)


def add_cost(deed: Deed, said: NewCost) -> Transition:
    """A line of material, labour or other cost."""
    return lambda connection, _, row: reporting.add_cost(connection, row, said, deed.by, deed.at, deed.now)


def check(deed: Deed, said: Checklist) -> Transition:
    """What was looked at; each failed item makes an order."""
    return lambda connection, _, row: checks.check(connection, row, said, deed.by, deed.at, deed.now)


def sign(deed: Deed, said: Signature) -> Transition:
    """Somebody signed for the work."""
    return lambda connection, _, row: signatures.sign(connection, row, said, deed.by, deed.at, deed.now)
