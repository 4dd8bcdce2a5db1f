"""What an alarm is about, in words: the equipment, its address or fire zone, or the line; where that is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping

from cloud.equipment.store import equipment_of, of_gateway, row_of
from cloud.sites.store import places
from facility.inventory import InventoryEquipment
from facility.site import Instance
from facility.words import Text

MOST_NAMES = 3
"""A zone of more places than this is named by what they lie in."""


@dataclass(frozen=True, slots=True)
class Subject:
    """The name for people, the place, the system, and the equipment whose state is unknown because of it."""

    name: Text
    place: str | None = None
    system: str | None = None
    affects: tuple[str, ...] = ()


def subject_of(connection: Connection, site: str, gateway: str, equipment: str, instance: str, rule: str) -> Subject:
    """Of an alarm's key; one that no inventory knows is named by its ids."""
    row = row_of(connection, site, equipment, removed=True)
    if row is None:
        return _of_gateway(connection, site, gateway, instance, rule)
    means, name = equipment_of(row["body"]), Text(zh=row["name_zh"], en=row["name_en"])
    if rule == "unit_lost":
        unit = tuple(e.id for e in _on_line(connection, site, gateway, means.connection) if e.unit == means.unit)
        return Subject(name, row["place"], row["system"], unit)
    if not instance:
        return Subject(name, row["place"], row["system"])
    return _of_instance(connection, row, means, instance)


def value_name(
    connection: Connection, site: str, equipment: str, instance: str, point: str, value: float
) -> Text | None:
    """The word of a state's value."""
    row = row_of(connection, site, equipment, removed=True)
    for each in equipment_of(row["body"]).points if row is not None else ():
        if each.id == point or (each.point, each.instance) == (point, instance):
            state = next((s for s in each.means.states if s.value == value), None)
            return Text(zh=state.zh, en=state.en) if state is not None else None
    return None


def _of_gateway(connection: Connection, site: str, gateway: str, instance: str, rule: str) -> Subject:
    if rule != "line_lost":
        return Subject(Text(zh=f"网关 {gateway}", en=f"Gateway {gateway}"))
    behind = _on_line(connection, site, gateway, instance)
    parents = {row["id"]: row["parent"] for row in places(connection, site)}
    where = _common([e.place for e in behind if e.place is not None], parents)
    name = Text(zh=f"线路 {instance}（{gateway}）", en=f"Line {instance} ({gateway})")
    return Subject(name, where, None, tuple(e.id for e in behind))


def _on_line(connection: Connection, site: str, gateway: str, line: str) -> list[InventoryEquipment]:
    found = (equipment_of(row["body"]) for row in of_gateway(connection, site, gateway))
    return [each for each in found if each.connection == line]


def _of_instance(connection: Connection, row: RowMapping, means: InventoryEquipment, instance: str) -> Subject:
    own = next((each for each in means.instances if each.id == instance), None)
    if own is not None:
        return _named(row, [Text(zh=own.zh, en=own.en)], own.place or row["place"])
    known = {place["id"]: place for place in places(connection, row["site"])}
    parents = {id: place["parent"] for id, place in known.items()}
    tops = [id for id, p in known.items() if p["zone"] == instance and not _inside(known, p["parent"], instance)]
    ids = tops or _members(means.instances, instance)
    where = _common(ids, parents)
    if not ids or where is None:
        return _named(row, [Text(zh=instance, en=instance)], where or row["place"])
    named = tops if len(tops) <= MOST_NAMES else [where]
    return _named(row, [Text(zh=known[id]["zh"], en=known[id]["en"]) for id in named or [where]], where)


def _inside(known: Mapping[str, RowMapping], parent: str | None, zone: str) -> bool:
    return parent is not None and parent in known and known[parent]["zone"] == zone


def _members(instances: Sequence[Instance], zone: str) -> list[str]:
    return [each.place for each in instances if each.zone == zone and each.place is not None]


def _named(row: RowMapping, tails: Sequence[Text], place: str | None) -> Subject:
    zh, en = "、".join(t.zh for t in tails), ", ".join(t.en for t in tails)
    return Subject(Text(zh=f"{row['name_zh']} {zh}", en=f"{row['name_en']} {en}"), place, row["system"])


def _common(ids: Iterable[str], parents: Mapping[str, str | None]) -> str | None:
    """The smallest place that all of them lie in."""
    shared: list[str] | None = None
    for id in ids:
        chain = _up(id, parents)
        shared = chain if shared is None else [each for each in shared if each in chain]
    return shared[0] if shared else None


def _up(id: str, parents: Mapping[str, str | None]) -> list[str]:
    chain: list[str] = []
    here: str | None = id
    while here is not None and here in parents and here not in chain:
        chain.append(here)
        here = parents[here]
    return chain
