"""What an alarm is about, in words: the equipment, its address or fire zone, or the line; where that is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping

from cloud.alarms.facts import Facts, Known
from cloud.duty.store import posts
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


def subject_of(connection: Connection, facts: Facts, gateway: str, equipment: str, instance: str, rule: str) -> Subject:
    """Of an alarm's key; one that no inventory knows is named by its ids."""
    key = (gateway, equipment, instance, rule if rule in {"unit_lost", "line_lost"} else "")
    found = facts.subjects.get(key)
    if not isinstance(found, Subject):
        found = _subject(connection, facts, gateway, equipment, instance, rule)
        facts.remember(key, found)
    return found


def _subject(connection: Connection, facts: Facts, gateway: str, equipment: str, instance: str, rule: str) -> Subject:
    known = facts.equipment(connection, equipment)
    if known is None and not gateway:
        post = posts(connection, facts.site).get(equipment)
        return Subject(post[0] if post is not None else Text(zh=f"岗位 {equipment}", en=f"Post {equipment}"))
    if known is None:
        return _of_gateway(connection, facts, gateway, instance, rule)
    row = known.row
    name = Text(zh=row["name_zh"], en=row["name_en"])
    if rule == "unit_lost":
        line = facts.on_line(connection, gateway, known.means.connection)
        return Subject(name, row["place"], row["system"], tuple(e.id for e in line if e.unit == known.means.unit))
    if not instance:
        return Subject(name, row["place"], row["system"])
    return _of_instance(known, instance, facts.places(connection))


def value_name(
    connection: Connection, facts: Facts, equipment: str, instance: str, point: str, value: float
) -> Text | None:
    """The word of a state's value; the point by its full id, or by its name within the instance."""
    known = facts.equipment(connection, equipment)
    if known is None:
        return None
    middle = f".{instance}" if instance else ""
    words = known.states.get(point) or known.states.get(f"{equipment}{middle}.{point}") or {}
    return words.get(value)


def _of_gateway(connection: Connection, facts: Facts, gateway: str, instance: str, rule: str) -> Subject:
    if rule != "line_lost":
        return Subject(Text(zh=f"网关 {gateway}", en=f"Gateway {gateway}"))
    behind = facts.on_line(connection, gateway, instance)
    parents = {id: place["parent"] for id, place in facts.places(connection).items()}
    where = _common([e.place for e in behind if e.place is not None], parents)
    name = Text(zh=f"线路 {instance}（{gateway}）", en=f"Line {instance} ({gateway})")
    return Subject(name, where, None, tuple(e.id for e in behind))


def _of_instance(equipment: Known, instance: str, known: Mapping[str, RowMapping]) -> Subject:
    row, means = equipment.row, equipment.means
    point = next((each for each in means.points if each.id == f"{means.id}.{instance}"), None)
    if point is not None and not point.instance:
        return _named(row, [point.means.name], row["place"])
    own = next((each for each in means.instances if each.id == (point.instance if point else instance)), None)
    if own is not None:
        return _named(row, [Text(zh=own.zh, en=own.en)], own.place or row["place"])
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
