"""What the spots of a site are called, and where they are."""

from __future__ import annotations

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

    def _path(self, place: str | None) -> Text | None:
        path: list[RowMapping] = []
        while place is not None and place in self._places and self._places[place] not in path:
            path.insert(0, self._places[place])
            place = self._places[place]["parent"]
        if not path:
            return None
        return Text(zh=" / ".join(each["zh"] for each in path), en=" / ".join(each["en"] for each in path))


def named_codes(connection: Connection, site: str) -> list[QrCode]:
    """The valid codes of what is there now, place by place."""
    names = Names(connection, site)
    found = []
    for row in codes(connection, site):
        told = names.of(Spot(site, row["kind"], row["ref"]))
        if told is not None:
            found.append(
                QrCode(
                    code=row["code"], shown=shown(row["code"]), path=f"/q/{row['code']}", site=site, kind=row["kind"],
                    ref=row["ref"], name=told[0], where=told[1], made_at=row["made_at"],
                )
            )  # fmt: skip
    return sorted(found, key=lambda each: (each.where.zh if each.where else "", each.kind, each.name.zh, each.ref))


def _text(row: RowMapping, zh: str, en: str) -> Text:
    return Text(zh=row[zh], en=row[en])
