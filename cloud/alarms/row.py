"""An alarm as its table keeps it, to be changed in memory within a transaction."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final

from cloud.alarms.tables import ALARM


@dataclass(slots=True, kw_only=True)
class AlarmRow:
    """One row; the fields are the table's columns in their order, times in UTC ns."""

    id: str
    site: str
    gateway: str
    equipment: str
    instance: str
    rule: str
    detected_by: str
    live: bool
    detection: str
    cause: str | None = None
    priority: int
    alarm_class: str
    system: str | None
    place: str | None
    equipment_zh: str
    equipment_en: str
    name_zh: str
    name_en: str
    says_zh: str | None = None
    says_en: str | None = None
    guidance: str
    """JSON, as owners and affects."""
    owners: str
    point: str | None = None
    value: float | None = None
    value_zh: str | None = None
    value_en: str | None = None
    limit_value: float | None = None
    affects: str = "[]"
    fault: str | None = None
    work_order: str | None = None
    drill: bool = False
    test: bool = False
    replayed: bool = False
    raised_at: int
    raises: int = 1
    last_raised_at: int
    recorded_at: int
    received_at: int
    cleared_at: int | None = None
    clear_reason: str | None = None
    acknowledged_at: int | None = None
    acknowledged_by: str | None = None
    acknowledge_comment: str | None = None
    confirmed_at: int | None = None
    confirmed_by: str | None = None
    confirmed_outcome: str | None = None
    confirmed_found: str | None = None
    """What was found on the spot."""
    false_by: str | None = None
    """The first of the two who call a fire false; the second one confirms it."""
    shelved_until: int | None = None
    shelved_by: str | None = None
    shelve_reason: str | None = None
    silenced_at: int | None = None
    silenced_by: str | None = None
    sounded_at: int = 0
    """When it last asked for a sound: at each raise, and again while nobody answers."""
    assigned_to: str | None = None
    escalation: int = 0
    """How far it went up because nobody acknowledged it: 0 is its post."""
    escalates_at: int | None = None
    """When it goes up next."""
    must_close: bool = False
    """A fire: it is over only when people have closed it."""
    reset_seen_at: int | None = None
    """When the panel itself showed that it was reset."""
    close_by: str | None = None
    """The first of the two who close it."""
    closed_at: int | None = None
    closed_by: str | None = None
    updated_at: int

    def __getitem__(self, name: str) -> object:
        return getattr(self, name)

    @property
    def key(self) -> AlarmKey:
        """What there is one live alarm of."""
        return self.site, self.equipment, self.rule, self.instance


AlarmKey = tuple[str, str, str, str]
"""(site, equipment, rule, instance)."""

COLUMNS: Final = tuple(field.name for field in fields(AlarmRow))
FIXED: Final = frozenset({"id", "site", "equipment", "instance", "rule", "detected_by", "received_at"})
"""What never changes after the raise."""
CHANGING: Final = tuple(name for name in COLUMNS if name not in FIXED)

if tuple(ALARM.columns.keys()) != COLUMNS:
    raise AssertionError("AlarmRow and the alarm table differ")
