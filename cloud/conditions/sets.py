"""Which machines are one set of duty and standby."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from cloud.conditions.parts import Part


def sets_of(parts: Sequence[Part]) -> dict[tuple[str, tuple[str, str]], list[Part]]:
    """(site, machine) → its set, itself among them: parts of one equipment, or equipment that serves the same."""
    groups: dict[tuple[str, ...], list[Part]] = defaultdict(list)
    for part in parts:
        if "running" not in part.sources:
            continue
        if part.name:
            groups["part", part.site, part.equipment.id].append(part)
        elif part.equipment.serves:
            groups["serves", part.site, part.equipment.type, *sorted(part.equipment.serves)].append(part)
    return {(part.site, part.key): some for some in groups.values() if len(some) > 1 for part in some}
