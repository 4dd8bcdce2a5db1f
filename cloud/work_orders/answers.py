"""The bodies of what people say of orders."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints, model_validator

from cloud.rooms.schemas import RoomNumber
from cloud.wire import Asked, Said
from facility.alarm import OrderClass
from facility.words import Id, Text
from facility.work_order import PauseReason

Name = Annotated[str, Field(min_length=1, max_length=64)]
MOST_INK: Final = 4000
MOST_POINTS: Final = 4000
"""Of a signature, over all its strokes."""


class Request(Asked):
    """The body of POST /work-orders (报修): with a device or without; a customer's or our own."""

    site: Id
    text: Annotated[str, StringConstraints(strip_whitespace=True)] = Field(min_length=1, max_length=500)
    order_class: OrderClass = Field(default=OrderClass.ORDINARY, alias="class")
    trade: Id
    equipment: Id | None = None
    place: Id | None = None
    customer: str = Field(default="", max_length=200)
    """Who asks and where; empty: the house itself."""
    contact: str = Field(default="", max_length=32)
    room: RoomNumber | None = None
    """Whose room it is about; with it the order is a customer's."""

    @property
    def title(self) -> Text:
        """As it was said, in whatever language."""
        return Text(zh=self.text, en=self.text)


class Dispatch(Asked):
    """The body of POST …/dispatch (派单). Without `to`: the contractor of the asset, else who has least to do."""

    to: Name | None = None
    instead_of: Name | None = None
    """Who had it when it was given, null: nobody; a conflict where somebody else has it by now. Left out: whoever."""
    note: str = Field(default="", max_length=2000)


class Arrival(Asked):
    """The body of POST …/arrive (到场): shown by a reader's event or by the code on the spot, else self-reported."""

    event: str | None = Field(default=None, max_length=36)
    code: str | None = Field(default=None, max_length=2000)
    """As it was scanned (the whole address) or typed."""


class Note(Asked):
    """A remark that may be empty."""

    note: str = Field(default="", max_length=2000)


class Reason(Asked):
    """Why."""

    reason: Said


class Pause(Asked):
    """The body of POST …/pause (暂停)."""

    reason: PauseReason
    note: Said


class ClassChange(Asked):
    """The body of POST …/class (改级别)."""

    order_class: OrderClass = Field(alias="class")
    reason: Said


class CallBack(Asked):
    """The body of POST …/call-back (回访)."""

    reached: bool
    satisfied: bool | None = None
    opinion: str = Field(default="", max_length=2000)


class Closing(Asked):
    """The body of POST …/close (消单)."""

    confirmed: Literal["on_site", "telephone"]
    note: str = Field(default="", max_length=2000)


class NewCost(Asked):
    """The body of POST …/costs."""

    kind: Literal["material", "labour", "other"]
    name: str = Field(min_length=1, max_length=200)
    quantity: Decimal = Field(gt=0, max_digits=12, decimal_places=3)
    unit: str = Field(min_length=1, max_length=32)
    price: Decimal = Field(ge=0, max_digits=12, decimal_places=2)
    paid_by: Literal["customer", "property", "warranty"] = "property"


class ChecklistItem(Asked):
    """One line: what was looked at, and how it was. `item` is a line of the order's checklist, `name` one besides."""

    item: Id | None = None
    name: str = Field(default="", max_length=200)
    passed: bool | None = None
    """May be left out where the reading and its limits say it."""
    reading: float | None = Field(default=None, allow_inf_nan=False)
    note: str = Field(default="", max_length=2000)
    order_class: OrderClass = Field(default=OrderClass.ORDINARY, alias="class")
    """Of the order that a failed item makes."""
    code: str | None = Field(default=None, max_length=2000)
    """Of the checkpoint: that somebody stood before it."""

    @model_validator(mode="after")
    def _one(self) -> ChecklistItem:
        if (self.item is None) == (not self.name):
            raise ValueError(
                "请写明检查了什么:清单中的一项,或自写名称 · "
                "say what was looked at: either item, a line of the checklist, or a name of your own"
            )
        return self


class Checklist(Asked):
    """The body of POST …/checklist: each failed item makes an order of its own."""

    items: tuple[ChecklistItem, ...] = Field(min_length=1, max_length=200)


class Signature(Asked):
    """Who signed for the work, and how: strokes on a paper of `width` by `height`, each x, y, x, y …"""

    name: str = Field(min_length=1, max_length=64)
    width: int = Field(ge=1, le=MOST_INK)
    height: int = Field(ge=1, le=MOST_INK)
    strokes: tuple[tuple[Annotated[int, Field(ge=0, le=MOST_INK)], ...], ...] = Field(min_length=1, max_length=200)

    @model_validator(mode="after")
    def _drawn(self) -> Signature:
        if any(len(stroke) < 2 or len(stroke) % 2 for stroke in self.strokes):
            raise ValueError("一笔由一个或多个点组成 · a stroke is one point or more: x, y, x, y")
        if sum(map(len, self.strokes)) > 2 * MOST_POINTS:
            raise ValueError(
                f"签名最多 {MOST_POINTS} 个点,请减少 · a signature has {MOST_POINTS} points at most: send fewer of them"
            )
        return self
