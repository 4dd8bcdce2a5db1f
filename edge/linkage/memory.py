"""What linkage keeps over a restart, as keys of the spool's state: open checklists, and drills."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from edge.linkage.plan import Plan
from edge.linkage.record import Moment, Record, read_record


@dataclass(slots=True)
class Kept:
    """Checklists by zone; zone → end of its drill; addresses in alarm; checklists of zones that are no more."""

    records: dict[str, Record] = field(default_factory=dict)
    drills: dict[str, int] = field(default_factory=dict)
    burning: list[str] = field(default_factory=list)
    removed: list[tuple[str, int, bool]] = field(default_factory=list)


def read_kept(state: Mapping[str, bytes], plan: Plan, now: Moment) -> Kept:
    """What the spool's state says; empty values are entries that ended."""
    kept = Kept()
    for key, value in sorted(state.items()):
        what, _, zone = key.partition("/")
        if not value or what not in ("linkage", "drill"):
            continue
        if what == "drill":
            if zone in plan.place:
                kept.drills[zone] = int(value)
        elif zone in plan.place:
            kept.records[zone], burning = read_record(plan.zones[plan.place[zone]], value, now)
            kept.burning += burning
        else:
            data = json.loads(value)
            kept.removed.append((zone, data["opened"], data["drill"]))
    return kept
