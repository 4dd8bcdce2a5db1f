"""Which messages of event points a condition means: by their fields, in plain words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from facility.batch import Note, Scalar

Wanted: TypeAlias = Mapping[str, tuple[str, ...]]
"""Field → the words of which it must be one; a field that the message has not is none of them."""


class Facts:
    """Hands each message to the places that it is meant for."""

    def __init__(self, points: Sequence[int], wanted: Sequence[Wanted]) -> None:
        self._wanted = wanted
        self._places: defaultdict[int, list[int]] = defaultdict(list)
        for place, point in enumerate(points):
            self._places[point].append(place)

    def matching(self, notes: Sequence[Note]) -> Iterator[tuple[int, Note]]:
        """(place, message), in the order of the messages."""
        for note in notes:
            for place in self._places.get(note.point, ()):
                if _matches(note.data, self._wanted[place]):
                    yield place, note


def _matches(data: str | Mapping[str, Scalar], wanted: Wanted) -> bool:
    if isinstance(data, str):
        return not wanted
    return all(field in data and word(data[field]) in words for field, words in wanted.items())


def word(value: Scalar) -> str:
    """A field as a rule writes it: `true`, `5`, `duress`; nothing is empty."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
