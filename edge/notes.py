"""From a message that is a fact of its own to an Event: its type by the equipment's system and the point's name."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping
from typing import Any, Final

from pydantic import BaseModel, ValidationError

from edge.cards import Cards
from edge.points import PointTable
from edge.told import Told
from facility.batch import Note, Scalar
from facility.clock import NS, from_iso
from facility.equipment_type import System
from facility.event import (
    AccessDenied,
    AccessGranted,
    AccessPassage,
    ClockState,
    Draft,
    EventData,
    FireEvent,
    PatrolRead,
    TextChanged,
)
from facility.point import Kind
from facility.quality import Reason

log = logging.getLogger(__name__)

_MEANS: Final[dict[tuple[System, str], type[BaseModel]]] = {
    (System.ACCESS, "granted"): AccessGranted,
    (System.ACCESS, "denied"): AccessDenied,
    (System.ACCESS, "passage"): AccessPassage,
    (System.PATROL, "read"): PatrolRead,
    (System.FIRE, "fire_event"): FireEvent,
}


class Notes:
    """Makes events of notes. `refused` counts messages that were not what their point means."""

    def __init__(self, table: PointTable, cards: Cards, texts: Mapping[str, bytes]) -> None:
        self._table = table
        self._cards = cards
        self._texts = {k.removeprefix("text/"): v for k, v in texts.items() if k.startswith("text/")}
        self._told = Told(texts)
        self.refused = 0

    def drafts(
        self, notes: tuple[Note, ...], clock: ClockState, *, replayed: bool
    ) -> tuple[list[Draft], dict[str, bytes]]:
        """Events, and what the spool keeps of texts, so that a restart does not tell them anew."""
        found: list[Draft] = []
        state: dict[str, bytes] = {}
        for note in notes:
            point, owner = self._table.points[note.point], self._table.owners[note.point]
            if self._told.before(note, point.id, state):
                continue
            data = self._text(note, state) if point.means.kind is Kind.TEXT else self._fact(note)
            if data is not None:
                trust = ClockState.DEVICE_REPLACED if note.reason == Reason.CLOCK else clock
                found.append(
                    Draft(
                        data=data, at=note.time, equipment=owner.id, instance=point.instance,
                        clock=trust, replayed=replayed,
                    )
                )  # fmt: skip
        return found, state

    def _text(self, note: Note, state: dict[str, bytes]) -> EventData | None:
        text = note.data if isinstance(note.data, str) else str(dict(note.data))
        id_ = self._table.ids[note.point]
        digest = hashlib.sha256(text.encode()).digest()[:16]
        if self._texts.get(id_) == digest:
            return None
        self._texts[id_] = state[f"text/{id_}"] = digest
        return TextChanged(point=id_, text=text)

    def _fact(self, note: Note) -> EventData | None:
        point, owner = self._table.points[note.point], self._table.owners[note.point]
        model = _MEANS.get((owner.system, point.point))
        if model is None or isinstance(note.data, str):
            self._complain(point.id, "no event is known for it" if model is None else "it has no fields")
            return None
        try:
            data: Any = model.model_validate(self._fields(note.data, model))
        except ValidationError as error:
            where = ".".join(map(str, error.errors()[0]["loc"]))
            self._complain(point.id, f"{where}: {error.errors()[0]['msg']}")
            return None
        return data  # type: ignore[no-any-return]

    def _fields(self, given: Mapping[str, Scalar], model: type[BaseModel]) -> dict[str, Any]:
        """Only what the event has; the card hashed, the plate masked, a reader's clock in ns."""
        out: dict[str, Any] = {k: v for k, v in given.items() if k in model.model_fields and v is not None}
        number = out.pop("card", None)
        if str(number or "").strip(" 0") and "last4" in model.model_fields:  # an opening by hand has card 0 or blank
            card = self._cards.card(str(number))
            out |= {"card": card.hash, "last4": card.last4}
        if "plate" in out:
            out["plate"] = masked(str(out["plate"]))
        for name in ("reader_clock", "reader_now"):
            if name in out:
                out[name] = _instant(out[name])
        for name in ("tag", "guard", "reason", "state", "text"):
            if name in out:
                out[name] = str(out[name])
        if out.get("direction") not in ("in", "out", None):
            del out["direction"]
        return out

    def _complain(self, point: str, why: str) -> None:
        self.refused += 1
        log.warning("a message of %s is no event: %s", point, why)


def masked(plate: str) -> str:
    """`粤B12345` → `粤B***45`."""
    return plate[:2] + "*" * max(len(plate) - 4, 0) + plate[-2:] if len(plate) > 4 else "*" * len(plate)


def _instant(value: Scalar) -> int | None:
    """UTC ns of an RFC 3339 text or of Unix seconds; None for anything else: the reader's clock is only a hint."""
    try:
        return from_iso(value) if isinstance(value, str) else round(float(value or 0) * NS)
    except (ValueError, OverflowError):
        return None
