"""Whether what somebody sets of a meter can be: places, parents, formulas and units that are there, and no circles."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection

from cloud.errors import Conflict, Unprocessable
from cloud.ledger.store import states
from cloud.meters.facts import MeterFacts, above
from cloud.meters.schemas import MeterSettings
from cloud.sites.store import places
from facility.energy.formula import Formula, parse, resolved
from facility.errors import nearest


def check_before(
    connection: Connection, site: str, id: str, settings: MeterSettings, held: Mapping[str, MeterFacts]
) -> None:
    """Unprocessable or Conflict for what can't be set; `held` are the meters as they are."""
    is_device = id in held and held[id].kind == "device"
    if settings.kind == "device" and not is_device:
        raise Unprocessable(f"设备清单里没有 {id!r} · no gateway has a meter {id!r}: set its kind to manual or virtual")
    if settings.kind != "device" and is_device:
        raise Conflict(f"{id!r} 是网关的电表 · {id!r} is a meter of a gateway: give the new one another id")
    if settings.area is not None and settings.area not in (known := [p["id"] for p in places(connection, site)]):
        raise Unprocessable(f"没有这个位置 · there is no place {settings.area!r}{nearest(settings.area, known)}")
    if settings.parent is not None and settings.parent not in held:
        raise Unprocessable(f"没有上级表 · there is no meter {settings.parent!r}{nearest(settings.parent, held)}")
    other = id in held and (settings.unit, settings.kind) != (held[id].shown_unit, held[id].kind)
    if other and not is_device and id in states(connection, site):
        raise Conflict(f"{id!r} 已有读数,不能改单位或类别 · it has readings: its unit and kind stay as they are")


def check_after(id: str, meters: Mapping[str, MeterFacts]) -> None:
    """The same where the whole must be looked at: circles in the tree, formulas."""
    if any(meter.parent == id for meter in above(meters, id)) or meters[id].parent == id:
        raise Unprocessable(f"上级循环 · the meters above {id!r} run in a circle: set another parent")
    parent = meters.get(meters[id].parent or "")
    if parent is not None and "virtual" in (parent.kind, meters[id].kind):
        raise Unprocessable("虚拟表不在树中 · a virtual meter stands beside the tree: it has no parent and no children")
    formulas: dict[str, Formula] = {}
    for each in meters.values():
        if each.formula is not None:
            formulas[each.id] = _formula(each, meters)
    try:
        resolved(formulas)
    except ValueError as error:
        raise Unprocessable(f"公式有误 · {error}") from error


def _formula(meter: MeterFacts, meters: Mapping[str, MeterFacts]) -> Formula:
    try:
        formula = parse(meter.formula or "")
    except ValueError as error:
        raise Unprocessable(f"公式有误 · {error}") from error
    for name in formula.parts:
        if name not in meters:
            raise Unprocessable(f"公式里没有这块表 · {meter.id}: there is no meter {name!r}{nearest(name, meters)}")
        if meters[name].unit != meter.unit:
            raise Unprocessable(f"单位不同 · {meter.id} counts {meter.unit}, {name} counts {meters[name].unit}")
    return formula


def check_removal(connection: Connection, site: str, id: str, meters: Mapping[str, MeterFacts]) -> None:
    """Conflict where others need the meter, or it has readings that would be lost."""
    if id not in meters or meters[id].kind == "device":
        return
    users = [
        m.id for m in meters.values() if m.parent == id or (m.formula is not None and id in parse(m.formula).parts)
    ]
    if users:
        raise Conflict(f"其他表引用了它 · these need {id!r}: {', '.join(users)}; change them first")
    if id in states(connection, site):
        raise Conflict(f"{id!r} 有读数 · it has readings: void them first")
