"""Blind points: what can't be seen now, by equipment, and since when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import groupby

from cloud.equipment.values import Asked, newest
from cloud.historian.base import Reads
from cloud.latest import Latest, Value
from cloud.wire import Moment
from facility.quality import Quality, reason_word
from facility.words import Frozen


class BlindEquipment(Frozen):
    """One equipment with points whose value is bad."""

    site: str
    equipment: str
    gateway: str
    bad: int
    """Points that can't be seen."""
    all: int
    """Points that are looked at: samples, no texts and no messages."""
    reason: str
    """Of most of them: timeout, not_connected, gateway, …"""
    since: Moment | None
    """When the first of them went; null where none was ever heard."""
    points: tuple[str, ...]


async def blind_equipment(
    asked: Sequence[Asked], latest: Latest, historian: Reads | None, now: int
) -> tuple[BlindEquipment, ...]:
    """Of all these points, those that are bad, by equipment; the order of `asked` is kept."""
    sampled = [each for each in asked if each.point.means.kind.sampled]
    values = await newest(sampled, latest, historian, now)
    pairs = zip(sampled, values, strict=True)
    groups = (list(some) for _, some in groupby(pairs, key=lambda pair: (pair[0].site, pair[0].equipment)))
    return tuple(found for some in groups if (found := _blind(some)) is not None)


def _blind(pairs: Sequence[tuple[Asked, Value]]) -> BlindEquipment | None:
    bad = [(asked, value) for asked, value in pairs if value.quality == Quality.BAD]
    if not bad:
        return None
    first = bad[0][0]
    return BlindEquipment(
        site=first.site,
        equipment=first.equipment,
        gateway=first.gateway,
        bad=len(bad),
        all=len(pairs),
        reason=reason_word(Counter(value.reason for _, value in bad).most_common(1)[0][0]),
        since=min((value.at for _, value in bad if value.at), default=None),
        points=tuple(asked.point.id for asked, _ in bad),
    )
