"""Actions of telephones on the wire."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from cloud.wire import Asked, Moment
from cloud.work_orders.answers import Arrival, Checklist, NewCost, Note, Pause, Reason, Signature
from cloud.work_orders.schemas import WorkOrder, WorkOrderDetail
from facility.words import Frozen, Text

Key = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{16,64}$")]
"""The telephone's own for one action, the same however often it is sent."""
Kind = Literal["accept", "decline", "arrive", "restore", "pause", "resume", "cost", "checklist", "sign"]
Outcome = Literal["done", "conflict", "refused", "held"]


class Accepting(Asked):
    """接单."""

    kind: Literal["accept"]


class Declining(Reason):
    """退单."""

    kind: Literal["decline"]


class Arriving(Arrival):
    """到场."""

    kind: Literal["arrive"]


class Restoring(Note):
    """修复."""

    kind: Literal["restore"]


class Pausing(Asked):
    """暂停."""

    kind: Literal["pause"]
    pause: Pause


class Resuming(Asked):
    """继续."""

    kind: Literal["resume"]


class Costing(Asked):
    """A part that was used."""

    kind: Literal["cost"]
    cost: NewCost


class Checking(Checklist):
    """Lines of the checklist."""

    kind: Literal["checklist"]


class Signing(Asked):
    """Somebody signed."""

    kind: Literal["sign"]
    signature: Signature


Deeds = Annotated[
    Accepting | Declining | Arriving | Restoring | Pausing | Resuming | Costing | Checking | Signing,
    Field(discriminator="kind"),
]


class PhoneAction(Asked):
    """One thing that was done to one order."""

    key: Key
    order: str = Field(min_length=1, max_length=36)
    after: Key | None = None
    """The action of the same order that went before it: this one is taken only when that one is done."""
    at: Moment
    """When it was done, by the telephone's own clock."""
    does: Deeds


class ActionBatch(Asked):
    """What waited on a telephone, the oldest first."""

    sent_at: Moment
    """Now, by the telephone's own clock: what its clock is wrong by cancels out."""
    actions: tuple[PhoneAction, ...] = Field(min_length=1, max_length=50)


class ActionResult(Frozen):
    """What became of one action; all but `held` is final: sent again it is answered the same."""

    key: str
    outcome: Outcome
    """`conflict`: the order is not as the telephone thought; `refused`: not allowed, or it can't be so; `held`: what
    went before it is not done, it was not looked at."""
    detail: str
    at: Moment | None
    """When it counts as done."""
    adjusted: bool
    """The time is not the one that the telephone said: that can't have been."""
    repeated: bool
    """It had been taken before."""
    order: WorkOrder | None
    """As it is now; null where it may not be seen (any more)."""


class ActionResults(Frozen):
    """The answer to a ActionBatch, one for each action in its order."""

    items: tuple[ActionResult, ...]


class ActionLine(Frozen):
    """One delivered action of an order, for who looks after it: also what was in conflict."""

    key: str
    kind: str
    by: str
    outcome: Outcome
    detail: str
    claimed_at: Moment
    at: Moment
    adjusted: bool
    received_at: Moment


class HeldOrder(Frozen):
    """One order as a telephone keeps it, for where there is no network."""

    order: WorkOrderDetail
    equipment_name: Text | None
    places: tuple[Text, ...]
    """From the site down to where it is."""
    timezone: str
    codes: tuple[str, ...]
    """SHA-256 of `gatehouse-code:` and each code that shows that one is there: the codes themselves are not told."""
    check_codes: dict[int, tuple[str, ...]]
    """The same for the lines of the checklist that name another equipment: number → codes."""
