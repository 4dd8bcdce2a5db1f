"""What every figure is made from and of: a machine with its days, a value with its verdict, evidence and order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from cloud.conditions.naming import machine_name
from cloud.conditions.parts import Part
from cloud.conditions.schemas import Evidence, Figure, OrderDraft, Verdict
from cloud.conditions.store import KeptDay
from cloud.conditions.words import Kind
from facility.alarm import OrderClass
from facility.clock import NS
from facility.condition.tally import Tally, summed
from facility.words import Text

WEEK: Final = 7
HOUR_NS: Final = 3_600 * NS
_TRADES: Final = {"elevator": "elevator", "sump": "plumbing", "pump": "plumbing", "water_meter": "plumbing"}


@dataclass(frozen=True, slots=True)
class Seen:
    """One machine with its days, ascending, and those of its set (its own among them)."""

    part: Part
    days: tuple[KeptDay, ...]
    total: Tally
    set: Mapping[tuple[str, str], tuple[KeptDay, ...]]
    names: Mapping[tuple[str, str], Text]
    """What each machine of its set is called."""

    def last_week(self) -> tuple[KeptDay, ...]:
        """The newest days."""
        return self.days[-WEEK:]


def seen(part: Part, days: Sequence[KeptDay], together: Sequence[tuple[Part, Sequence[KeptDay]]] = ()) -> Seen:
    """Put together; `together` is its set, itself among it."""
    return Seen(
        part,
        tuple(days),
        summed(day.tally for day in days),
        {each.key: tuple(some) for each, some in together},
        {each.key: machine_name(each) for each, _ in together},
    )


@dataclass(frozen=True, slots=True)
class Said:
    """What one figure comes to."""

    value: float | None
    verdict: Verdict
    says: Text
    known: float
    evidence: tuple[Evidence, ...] = ()
    roles: tuple[str, ...] = ()
    limit: float | None = None


def figure_of(machine: Seen, kind: Kind, said: Said) -> Figure:
    """The figure as it is told; a finding comes with what its order needs."""
    part = machine.part
    name = machine_name(part)
    draft = OrderDraft.model_validate(
        {
            "site": part.site,
            "equipment": part.equipment.id,
            "text": Text(zh=f"{name.zh}:{said.says.zh}", en=f"{name.en}: {said.says.en}"),
            "class": OrderClass.ORDINARY,
            "trade": _TRADES.get(part.equipment.type, "mechanical"),
        }
    )
    return Figure(
        id=kind.id,
        name=kind.name,
        value=said.value,
        unit=kind.unit,
        decimals=kind.decimals,
        verdict=said.verdict,
        limit=said.limit if said.limit is not None else kind.limit,
        says=said.says,
        rule=kind.rule,
        source=kind.source,
        known=min(max(said.known, 0.0), 1.0),
        evidence=said.evidence,
        points=tuple(part.sources[role].point.id for role in said.roles if role in part.sources),
        order=draft if said.verdict == "attention" else None,
    )


def number(zh: str, en: str, value: float | None, unit: str, decimals: int = 1) -> Evidence:
    """One number of the evidence."""
    return Evidence(name=Text(zh=zh, en=en), value=value, unit=unit, decimals=decimals)


def share(ns: float, tally: Tally) -> float:
    """Of the tally's length."""
    return ns / tally.length if tally.length else 0.0


UNKNOWN: Final = Text(zh="这段时间没有足够的数据", en="There is not enough data in this span")
FINE: Final = Text(zh="正常", en="As it should be")
