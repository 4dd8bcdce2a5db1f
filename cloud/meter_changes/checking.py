"""Whether what somebody sets of a meter can be: places, parents, formulas and units that are there, and no circles."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection

from cloud.errors import Conflict, Unfit, Unprocessable
from cloud.ledger.store import states
from cloud.meters.facts import MeterFacts, above
from cloud.meters.schemas import MeterSettings
from cloud.sites.store import places
from facility.energy.formula import Formula, parse, resolved
from facility.energy.units import measure_of
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
        told = f"没有这个位置 · there is no place {settings.area!r}{nearest(settings.area, known)}"
        raise Unfit(told, where="area")
    if settings.parent is not None:
        _check_parent(id, settings.parent, settings, held)
    other = id in held and (settings.unit, settings.kind) != (held[id].shown_unit, held[id].kind)
    if other and not is_device and id in states(connection, site):
        raise Conflict(f"{id!r} 已有读数,不能改单位或类别 · it has readings: its unit and kind stay as they are")


def _check_parent(id: str, parent: str, settings: MeterSettings, held: Mapping[str, MeterFacts]) -> None:
    if parent not in held:
        raise Unfit(f"没有上级表 {parent!r} · there is no meter {parent!r}{nearest(parent, held)}", where="parent")
    theirs = held[parent].unit
    mine = measure_of(settings.unit).ledger if settings.unit else held[id].unit if id in held else theirs
    if mine != theirs:
        raise Unfit(
            f"上级表的单位是“{theirs}”,本表是“{mine}”,不能相减 · "
            f"{parent} counts {theirs}, {id} {mine}: choose a parent that counts alike",
            where="parent",
        )


def check_after(id: str, meters: Mapping[str, MeterFacts]) -> None:
    """The same where the whole must be looked at: circles in the tree, formulas."""
    if meters[id].medium is not None and meters[id].unit != "m3":
        told = f"只有立方米的表分水和气 · {id} counts {meters[id].unit}: only cubic metres are water or gas"
        raise Unfit(told, where="medium")
    if any(meter.parent == id for meter in above(meters, id)) or meters[id].parent == id:
        raise Unfit(f"上级循环 · the meters above {id!r} run in a circle: set another parent", where="parent")
    parent = meters.get(meters[id].parent or "")
    if parent is not None and "virtual" in (parent.kind, meters[id].kind):
        told = "虚拟表不在树中 · a virtual meter stands beside the tree: it has no parent and no children"
        raise Unfit(told, where="parent")
    formulas: dict[str, Formula] = {}
    for each in meters.values():
        if each.formula is not None:
            formulas[each.id] = _formula(each, meters)
    try:
        resolved(formulas)
    except ValueError as error:
        raise Unfit(str(error), where="formula") from error


def _formula(meter: MeterFacts, meters: Mapping[str, MeterFacts]) -> Formula:
    try:
        formula = parse(meter.formula or "")
    except ValueError as error:
        raise Unfit(str(error), where="formula") from error
    for name in formula.parts:
        if name not in meters:
            told = f"公式里的 {name!r} 不是本项目的表 · {meter.id}: there is no meter {name!r}{nearest(name, meters)}"
            raise Unfit(told, where="formula")
        if meters[name].unit != meter.unit:
            raise Unfit(
                f"{name!r} 的单位与本表不同 · {meter.id} counts {meter.unit}, {name} counts {meters[name].unit}",
                where="formula",
            )
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
