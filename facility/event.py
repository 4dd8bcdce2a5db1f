"""Events: discrete facts with an identity, never lost, never doubled; the closed list of their types."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, TypeAdapter

from facility.alarm import AlarmClass, Detection, Priority
from facility.linkage import (
    LinkageClosed,
    LinkageConfirmed,
    LinkageMarked,
    LinkageMissing,
    LinkageOpened,
    LinkageSeen,
)
from facility.words import Frozen, Text


class Lane(StrEnum):
    """The spool's lanes; `life` waits for no other."""

    LIFE = "life"
    EVENT = "event"
    TELEMETRY = "telemetry"
    DEAD = "dead"


class ClockState(StrEnum):
    """How far the edge trusted its clock when it recorded the event."""

    TRUSTED = "trusted"
    STEPPED_BACK = "stepped_back"
    """The wall clock stepped back; times go on from monotonic until it catches up."""
    UNTRUSTED = "untrusted"
    """The wall clock is absurd (before 2020)."""
    DEVICE_REPLACED = "device_replaced"
    """The device's time was absurd; `at` is the edge's."""


class AlarmRaised(Frozen):
    """A rule began to hold. `value` is the point's at that moment, `limit` the limit it broke."""

    type: Literal["alarm.raised"] = "alarm.raised"
    rule: str
    priority: Priority
    alarm_class: AlarmClass
    detection: Detection = Detection.ACTIVE
    cause: str | None = None
    """The id `equipment.[instance.]rule` of the alarm that suppresses it."""
    point: str | None = None
    value: float | None = None
    limit: float | None = None
    text: Text | None = None
    """What the device itself said, or a name for what has no rule in the inventory (a lost line)."""
    drill: bool = False
    test: bool = False
    chattering: bool = False
    """It came three times in a minute: it now stays until a whole minute was quiet."""


class AlarmCleared(Frozen):
    """A rule no longer holds; `reason` says why where it is not the condition."""

    type: Literal["alarm.cleared"] = "alarm.cleared"
    rule: str
    reason: Literal["normal", "reset", "rule_removed", "out_of_service", "panel_reset"] = "normal"


class AlarmUpdated(Frozen):
    """The detection half changed: latched, suppressed (with its cause), out of service, or back."""

    type: Literal["alarm.updated"] = "alarm.updated"
    rule: str
    detection: Detection
    cause: str | None = None
    value: float | None = None


class AlarmAcknowledged(Frozen):
    """A person acknowledged it (接警) at the gateway's local duty page. `raised_at`: the raise that they saw."""

    type: Literal["alarm.acknowledged"] = "alarm.acknowledged"
    rule: str
    by: str = Field(min_length=1, max_length=64)
    raised_at: int


class ActiveAlarm(Frozen):
    """One line of a snapshot."""

    equipment: str
    rule: str
    instance: str = ""
    detection: Detection
    at: int


class AlarmSnapshot(Frozen):
    """All alarms that are live at the edge; the cloud closes what was raised before its `at` and is not in it."""

    type: Literal["alarm.snapshot"] = "alarm.snapshot"
    alarms: tuple[ActiveAlarm, ...]


class AccessGranted(Frozen):
    """A door or barrier opened for somebody. `card` is a keyed hash, `last4` the end of the number."""

    type: Literal["access.granted"] = "access.granted"
    card: str | None = None
    last4: str | None = None
    direction: Literal["in", "out"] | None = None
    credential: str = "card"


class AccessDenied(Frozen):
    """A door or barrier stayed shut; the reason is from BACnet's list."""

    type: Literal["access.denied"] = "access.denied"
    reason: str
    card: str | None = None
    last4: str | None = None
    direction: Literal["in", "out"] | None = None
    credential: str = "card"


class AccessPassage(Frozen):
    """Somebody or something went through."""

    type: Literal["access.passage"] = "access.passage"
    direction: Literal["in", "out"] | None = None
    kind: Literal["person", "vehicle", "unknown"] = "unknown"
    plate: str | None = None
    """Masked."""
    tailgating: bool = False
    """The controller itself says that somebody slipped in behind."""


class PatrolRead(Frozen):
    """A guard read a checkpoint's tag. The event's `at` is corrected by what is known of the reader's clock."""

    type: Literal["patrol.read"] = "patrol.read"
    tag: str
    guard: str | None = None
    reader_clock: int | None = None
    """The reader's own time of the read."""
    reader_now: int | None = None
    """The reader's own time when it sent this: how far it is off shows in it, also in an upload."""
    late_upload: bool = False


class PatrolVerdict(Frozen):
    """What the edge says of one checkpoint of one round; a later one replaces it (domain.md §6)."""

    type: Literal["patrol.verdict"] = "patrol.verdict"
    route: str
    """Empty for a tag that no route knows."""
    round: str
    """The start of the round, RFC 3339."""
    checkpoint: str
    verdict: Literal[
        "on_time", "early", "late", "missed", "out_of_order", "duplicate", "unknown_tag", "wrong_guard", "too_fast",
        "late_upload", "clock_shifted", "undecidable",
    ]  # fmt: skip
    visit: bool = True
    """It is what the checkpoint reads as; else it is of one more read there: a duplicate, a wrong guard."""
    read_at: int | None = None
    error: float | None = None
    """How far `read_at` may be wrong, in seconds; None: it was on line."""
    guard: str | None = None
    tag: str | None = None
    """Of an unknown tag."""
    replaces: str | None = None
    """The verdict that it corrects."""


class FireEvent(Frozen):
    """What the panel said of one address or of itself, in GB/T 26875.3's words."""

    type: Literal["fire.event"] = "fire.event"
    state: str
    on: bool
    text: str | None = None


class Finding(Frozen):
    """Something a person or a check found; the cloud opens an order for it."""

    type: Literal["finding.found"] = "finding.found"
    fault: str
    text: Text
    order_class: str
    trade: str


class TextChanged(Frozen):
    """A text point has a new text."""

    type: Literal["text.changed"] = "text.changed"
    point: str
    text: str = Field(max_length=65_536)


class LineLost(Frozen):
    """A whole line is away; everything on it is unknown."""

    type: Literal["line.lost"] = "line.lost"
    line: str
    why: str
    equipment: tuple[str, ...]


class LineBack(Frozen):
    """A line answers again."""

    type: Literal["line.back"] = "line.back"
    line: str
    equipment: tuple[str, ...]


class UnitLost(Frozen):
    """One unit of a line does not answer."""

    type: Literal["unit.lost"] = "unit.lost"
    line: str
    unit: str
    why: str
    equipment: tuple[str, ...]


class UnitBack(Frozen):
    """A unit answers again."""

    type: Literal["unit.back"] = "unit.back"
    line: str
    unit: str
    equipment: tuple[str, ...]


class WriteDone(Frozen):
    """A point was written, or the write was refused; never silent."""

    type: Literal["write.done"] = "write.done"
    point: str
    value: float
    before: float | None = None
    read_back: float | None = None
    by: str
    outcome: Literal["done", "refused", "failed"]
    why: str = ""


class InstructionResult(Frozen):
    """The answer to an instruction."""

    type: Literal["instruction.result"] = "instruction.result"
    instruction: UUID
    outcome: Literal["done", "refused", "failed", "expired"]
    why: str = ""


class GatewayStarted(Frozen):
    """The edge agent began; `clean` says whether the last run ended in order."""

    type: Literal["gateway.started"] = "gateway.started"
    version: str
    clean: bool


class GatewayStopped(Frozen):
    """The edge agent ends in order."""

    type: Literal["gateway.stopped"] = "gateway.stopped"
    why: str


class ClockStepped(Frozen):
    """The wall clock jumped by `seconds`."""

    type: Literal["clock.stepped"] = "clock.stepped"
    seconds: float


class Gap(Frozen):
    """Samples that were accepted are gone: from, to, how many, and why."""

    type: Literal["gap.recorded"] = "gap.recorded"
    lane: Lane
    start: int
    end: int
    count: int
    why: str


class DeadLetter(Frozen):
    """Something an end refuses for good; it is kept in the dead lane."""

    type: Literal["dead_letter.recorded"] = "dead_letter.recorded"
    lane: Lane
    count: int
    why: str


class Integrity(Frozen):
    """Something that must not be: a damaged record, a spool key used twice."""

    type: Literal["integrity.found"] = "integrity.found"
    what: str
    detail: str


EventData = Annotated[
    AlarmRaised | AlarmCleared | AlarmUpdated | AlarmAcknowledged | AlarmSnapshot | AccessGranted | AccessDenied
    | AccessPassage | PatrolRead | PatrolVerdict | FireEvent | LinkageOpened | LinkageConfirmed | LinkageSeen
    | LinkageMissing | LinkageMarked | LinkageClosed | Finding | TextChanged | LineLost | LineBack | UnitLost
    | UnitBack | WriteDone | InstructionResult | GatewayStarted | GatewayStopped | ClockStepped | Gap | DeadLetter
    | Integrity,
    Field(discriminator="type"),
]  # fmt: skip


class Event(Frozen):
    """The envelope. (gateway, spool, lane, seq) is the spool key; the same key with another id is a conflict.

    `at` is when it happened (the device's time if sane), `recorded_at` when the edge wrote it down: UTC ns.
    """

    id: UUID
    site: str
    gateway: str
    spool: UUID
    lane: Lane
    seq: int = Field(ge=1)
    equipment: str = ""
    instance: str = ""
    at: int
    recorded_at: int
    clock: ClockState = ClockState.TRUSTED
    replayed: bool = False
    inventory: str
    data: EventData

    @property
    def type(self) -> str:
        """`alarm.raised` and the like."""
        return self.data.type


class Draft(Frozen):
    """An event before the spool gives it its id, lane key and time of recording."""

    data: EventData
    at: int
    equipment: str = ""
    instance: str = ""
    lane: Lane = Lane.EVENT
    clock: ClockState = ClockState.TRUSTED
    replayed: bool = False


class EventBatch(Frozen):
    """The body of `POST /api/v1/gateways/{id}/events`."""

    events: tuple[Event, ...] = Field(min_length=1, max_length=1000)


class Verdict(StrEnum):
    """The cloud's answer to one event."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"
    REJECTED = "rejected"


class EventResult(Frozen):
    """One line of the cloud's answer, in the order of the request."""

    seq: int
    verdict: Verdict
    reason: str = ""


class EventResults(Frozen):
    """The whole answer."""

    results: tuple[EventResult, ...]


EVENTS: TypeAdapter[EventData] = TypeAdapter(EventData)
