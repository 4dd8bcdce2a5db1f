"""Names of series as small numbers, and the one type that each field of a measurement has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from cloud.historian.base import QUALITY_SUFFIX, Series
from cloud.historian.lineprotocol import KIND_WORDS, Kind, LineInvalid, Tags


class Name(NamedTuple):
    """The full name of a series, also of one that another writer made with tags of its own."""

    measurement: str
    tags: Tags
    field: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A registered series."""

    id: int
    name: Name
    kind: Kind

    @property
    def is_quality(self) -> bool:
        """Whether this is the `<point>_q` of a point."""
        return self.kind == "i" and self.name.field.endswith(QUALITY_SUFFIX)


def name_of(series: Series) -> Name:
    """The name under which line protocol writes it."""
    tags = [("equipment", series.equipment), ("site", series.site)]
    if series.instance:
        tags.insert(1, ("instance", series.instance))
    return Name(series.type, tuple(tags), series.point)


class Registry:
    """All series ever seen; ids count from 0 without holes. Used by one thread at a time, read by any."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self._by_name: dict[Name, Entry] = {}
        self._kinds: dict[tuple[str, str], Kind] = {}

    def restore(self, entry: Entry) -> None:
        """Take back an entry that was saved; in the order of ids."""
        self.entries.append(entry)
        self._by_name[entry.name] = entry
        self._kinds[entry.name.measurement, entry.name.field] = entry.kind

    def register(self, name: Name, kind: Kind) -> Entry:
        """The series of that name, new or known; LineInvalid where its field has another type already."""
        self.check(name.measurement, name.field, kind)
        entry = self._by_name.get(name)
        if entry is None:
            entry = Entry(len(self.entries), name, kind)
            self.restore(entry)
        return entry

    def check(self, measurement: str, field: str, kind: Kind) -> None:
        """A field never changes its type; LineInvalid in InfluxDB's words."""
        known = self._kinds.get((measurement, field), kind)
        if known != kind:
            raise LineInvalid(
                f'field type conflict: input field "{field}" on measurement "{measurement}" is type '
                f"{KIND_WORDS[kind]}, already exists as type {KIND_WORDS[known]}"
            )

    def find(self, name: Name) -> Entry | None:
        """The series of that name, if it was ever written."""
        return self._by_name.get(name)

    def quality_of(self, name: Name) -> Entry | None:
        """The series that holds the reasons of this point."""
        entry = self._by_name.get(Name(name.measurement, name.tags, name.field + QUALITY_SUFFIX))
        return entry if entry and entry.is_quality else None

    def value_of(self, entry: Entry) -> Entry | None:
        """The point that this `<point>_q` speaks of."""
        name = entry.name
        return self._by_name.get(Name(name.measurement, name.tags, name.field.removesuffix(QUALITY_SUFFIX)))
