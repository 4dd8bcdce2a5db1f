"""The events of a checklist; all travel in the life lane."""

from __future__ import annotations

from typing import Literal

from edge.linkage.plan import Address
from edge.linkage.record import By, Moment, Record, Sight
from facility.event import Draft, EventData, Lane
from facility.linkage import (
    AwaitedEffect,
    LinkageClosed,
    LinkageConfirmed,
    LinkageMarked,
    LinkageMissing,
    LinkageOpened,
    LinkageSeen,
)

Reason = Literal["panel_reset", "not_confirmed", "drill_ended", "removed"]


def opened(record: Record, first: Address | None, now: Moment) -> Draft:
    """A checklist begins; `first` is the address in alarm, None in a drill that has none yet."""
    data = LinkageOpened(zone=record.zone.id, opened=record.opened, drill=record.drill, effects=record.zone.effects)
    return _draft(data, now, "" if first is None else first.equipment, "" if first is None else first.instance)


def confirmed(record: Record, by: By, now: Moment) -> Draft:
    """The fire is confirmed now."""
    offsets = {id: record.seconds(sight) or 0.0 for id, sight in record.seen.items()}
    data = LinkageConfirmed.model_validate(
        {"zone": record.zone.id, "opened": record.opened, "drill": record.drill, "by": by, "seen": offsets}
    )
    return _draft(data, now)


def seen(record: Record, effect: AwaitedEffect, sight: Sight, now: Moment) -> Draft:
    """An effect is there."""
    data = LinkageSeen(
        zone=record.zone.id,
        opened=record.opened,
        drill=record.drill,
        effect=effect.id,
        seconds=record.seconds(sight),
        already=sight.already,
    )
    return _of_effect(data, effect, now)


def missing(record: Record, effect: AwaitedEffect, now: Moment, *, known: bool) -> Draft:
    """An effect did not come in time."""
    data = LinkageMissing(
        zone=record.zone.id,
        opened=record.opened,
        drill=record.drill,
        effect=effect.id,
        within=effect.within,
        known=known,
    )
    return _of_effect(data, effect, now)


def marked(record: Record, now: Moment) -> Draft:
    """It is a drill, or none, from now on."""
    return _draft(LinkageMarked(zone=record.zone.id, opened=record.opened, drill=record.drill), now)


def closed(record: Record, reason: Reason, now: Moment) -> Draft:
    """Nothing more is awaited."""
    return _draft(LinkageClosed(zone=record.zone.id, opened=record.opened, drill=record.drill, reason=reason), now)


def removed(zone: str, opened: int, drill: bool, now: Moment) -> Draft:  # noqa: FBT001 - as it was kept
    """The site no longer has linkage for a zone with an open checklist."""
    return _draft(LinkageClosed(zone=zone, opened=opened, drill=drill, reason="removed"), now)


def _of_effect(data: EventData, effect: AwaitedEffect, now: Moment) -> Draft:
    equipment, _, rest = effect.point.partition(".")
    return _draft(data, now, equipment, rest.rpartition(".")[0])


def _draft(data: EventData, now: Moment, equipment: str = "", instance: str = "") -> Draft:
    return Draft(data=data, at=now.wall, equipment=equipment, instance=instance, lane=Lane.LIFE, clock=now.clock)
