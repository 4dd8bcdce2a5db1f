"""What the spots of a site are called, and where they are."""

from __future__ import annotations

import re
from collections.abc import Mapping

from sqlalchemy import Connection, RowMapping

from cloud.equipment.store import equipment_rows
from cloud.qr_codes.code import shown
from cloud.qr_codes.schemas import QrCode
from cloud.qr_codes.store import Spot, codes
from cloud.sites.store import places
from facility.words import Text


class Names:
    """Of one site, read once."""

    def __init__(self, connection: Connection, site: str) -> None:
        self._places: Mapping[str, RowMapping] = {place["id"]: place for place in places(connection, site)}
        rows = equipment_rows(connection, frozenset({site}))
        self._equipment: Mapping[str, RowMapping] = {row["id"]: row for row in rows}
        self._ranks = {id: rank for rank, id in enumerate(self._places)}
        self._site = site

    def spots(self) -> list[Spot]:
        """All equipment and places that are there now."""
        equipment = [Spot(self._site, "equipment", id) for id in self._equipment]
        return [*equipment, *(Spot(self._site, "place", id) for id in self._places)]

    def of(self, spot: Spot) -> tuple[Text, Text | None] | None:
        """(name, where); None for what is no longer there."""
        if spot.kind == "place":
            place = self._places.get(spot.ref)
            return None if place is None else (_text(place, "zh", "en"), self._path(place["parent"]))
        row = self._equipment.get(spot.ref)
        return None if row is None else (_text(row, "name_zh", "name_en"), self._path(row["place"]))

    def at(self, spot: Spot) -> tuple[int, ...]:
        """Where it stands among the places as the site lists them, floors from the ground up."""
        if spot.kind == "place":
            return tuple(self._ranks[each["id"]] for each in self._chain(spot.ref))
        return tuple(self._ranks[each["id"]] for each in self._chain(self._equipment[spot.ref]["place"]))

    def _chain(self, place: str | None) -> list[RowMapping]:
        path: list[RowMapping] = []
        while place is not None and place in self._places and self._places[place] not in path:
            path.insert(0, self._places[place])
            place = self._places[place]["parent"]
        return path

    def _path(self, place: str | None) -> Text | None:
        path = self._chain(place)
        if not path:
            return None
        return Text(zh=" / ".join(each["zh"] for each in path), en=" / ".join(each["en"] for each in path))


def named_codes(connection: Connection, site: str) -> list[QrCode]:
    """The valid codes of what is there now, place by place as the site lists them; what has no place comes last."""
    names = Names(connection, site)
    found: list[tuple[tuple[int, ...], QrCode]] = []
    for row in codes(connection, site):
        spot = Spot(site, row["kind"], row["ref"])
        told = names.of(spot)
        if told is not None:
            code = QrCode(
                code=row["code"], shown=shown(row["code"]), path=f"/q/{row['code']}", site=site, kind=row["kind"],
                ref=row["ref"], name=told[0], where=told[1], made_at=row["made_at"],
            )  # fmt: skip
            found.append((names.at(spot), code))
    found.sort(
        key=lambda each: (not each[0], each[0], each[1].kind != "place", by_number(each[1].name.zh), each[1].ref)
    )
    return [code for _, code in found]


def by_number(name: str) -> tuple[tuple[int, str], ...]:
    """So that 2号 stands before 10号."""
    return tuple((int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", name) if part)


def _text(row: RowMapping, zh: str, en: str) -> Text:
    return Text(zh=row[zh], en=row[en])
