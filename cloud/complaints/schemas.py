"""Complaints on the wire."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from cloud.rooms.schemas import RoomNumber
from cloud.wire import Asked, Moment
from facility.words import Frozen, Id, Text

Kind = Literal["service", "repair", "noise", "hygiene", "safety", "parking", "fees", "other"]
State = Literal["received", "answered", "handled"]
Kept = Literal["kept", "broken", "running"]
Said = Annotated[str, Field(min_length=1, max_length=2000)]
Person = Annotated[str, Field(min_length=1, max_length=64)]


class NewComplaint(Asked):
    """The body of POST /complaints (投诉)."""

    site: Id
    kind: Kind
    text: Said
    room: RoomNumber | None = None
    place: Id | None = None
    customer: str = Field(default="", max_length=200)
    contact: str = Field(default="", max_length=32)
    order: str | None = Field(default=None, max_length=36)
    """The work order that it is about."""


class Answer(Asked):
    """The body of POST …/answer (回音): what the customer was told."""

    note: Said


class Handling(Asked):
    """The body of POST …/handle (办结): what was done, and whether the complaint was valid (有效投诉)."""

    valid: bool
    note: Said


class Reopening(Asked):
    """The body of POST …/reopen."""

    reason: Said


class Assignment(Asked):
    """The body of POST …/assign: somebody else answers for it from now on."""

    to: Person
    note: str = Field(default="", max_length=2000)


class Complaint(Frozen):
    """One complaint as the list shows it."""

    id: str
    site: str
    number: int
    """Counts up within the site."""
    kind: Kind
    room: str | None
    place: str | None
    customer: str
    contact: str
    text: str
    state: State
    open: bool
    owner: str
    """Who answers for it; never empty (首接责任制): first who took it."""
    order_id: str | None
    valid: bool | None
    received_at: Moment
    received_by: str
    due_at: Moment
    """The end of the local day: 投诉当日有回音."""
    answered_at: Moment | None
    handled_at: Moment | None
    updated_at: Moment
    answer: Kept
    """Whether the answer came the same day."""


class ComplaintStep(Frozen):
    """One step."""

    kind: Literal["received", "answered", "assigned", "handled", "reopened"]
    at: Moment
    by: str
    detail: str
    note: str


class ComplaintDetail(Complaint):
    """With its steps."""

    steps: tuple[ComplaintStep, ...]


class ComplaintCase(Frozen):
    """One complaint that a figure counts; `GET /complaints/{id}` has its steps."""

    id: str
    number: int
    kind: Kind
    received_at: Moment
    kept: bool | None
    """null: not settled yet."""


class ComplaintFigure(Frozen):
    """One promise about complaints over a month."""

    id: Literal["answered", "handled"]
    name: Text
    source: str
    share: float
    """Promised."""
    kept: int
    judged: int
    value: float | None
    met: bool | None
    cases: tuple[ComplaintCase, ...]


class ComplaintFigures(Frozen):
    """A month of a site."""

    site: str
    month: str
    received: int
    figures: tuple[ComplaintFigure, ...]
