"""Which transition of an order each kind of action is."""

from __future__ import annotations

from typing import assert_never

from cloud.order_actions.schemas import (
    Accepting,
    Arriving,
    Checking,
    Costing,
    Declining,
    Deeds,
    Pausing,
    Restoring,
    Resuming,
    Signing,
)
from cloud.work_orders import doing
from cloud.work_orders.doing import Deed
from cloud.work_orders.steps import Transition


def transition(said: Deeds, deed: Deed) -> Transition:  # noqa: PLR0911 - one line a kind
    """For `cloud.work_orders.steps.step`."""
    match said:
        case Accepting():
            return doing.accept(deed)
        case Declining():
            return doing.decline(deed, said.reason)
        case Arriving():
            return doing.arrive(deed, said)
        case Restoring():
            return doing.restore(deed, said.note)
        case Pausing():
            return doing.pause(deed, said.pause)
        case Resuming():
            return doing.resume(deed)
        case Costing():
            return doing.add_cost(deed, said.cost)
        case Checking():
            return doing.check(deed, said)
        case Signing():
            return doing.sign(deed, said.signature)
        case _:
            assert_never(said)
