"""Reads a delivery: the whole body at once where it is right, else item by item, each judged by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError

from cloud.errors import Problem, Unprocessable
from cloud.ingest.store import SpoolKey
from cloud.wording import place_of, said
from facility.event import Event, EventBatch

MOST = 1000
"""Events in a delivery."""
_JSON: TypeAdapter[Any] = TypeAdapter(Any)


@dataclass(frozen=True, slots=True)
class Item:
    """One event of a delivery, or why it can't be read."""

    seq: int
    event: Event | None
    reason: str = ""
    id: str = ""
    key: SpoolKey = ("", "", 0)
    data: str = ""
    """JSON of the event's data."""


def read_delivery(body: bytes) -> list[Item]:
    """The items in their order. Problem: no JSON; Unprocessable: no list of 1 to 1000 events."""
    try:
        return [_well(event) for event in EventBatch.model_validate_json(body).events]
    except ValidationError:
        return [_item(raw) for raw in _events(body)]


def _events(body: bytes) -> Sequence[object]:
    try:
        found = _JSON.validate_json(body)
    except ValidationError as error:
        raise Problem(
            f"请求体不是有效的 JSON · the body is no JSON: {error.errors(include_url=False)[0]['msg']}"
        ) from error
    events = found.get("events") if isinstance(found, dict) else None
    if not isinstance(events, list) or not 1 <= len(events) <= MOST or set(found) != {"events"}:
        raise Unprocessable(f'请发送 1 至 {MOST} 条事件 · send {{"events": […]}} with 1 to {MOST} events')
    return events


def _item(raw: object) -> Item:
    seq = raw.get("seq") if isinstance(raw, dict) else None
    number = seq if isinstance(seq, int) and not isinstance(seq, bool) else 0
    try:
        event = Event.model_validate(raw)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        return Item(number, None, f"{place_of(first['loc'])}: {said(first).en}")
    return _well(event)


def _well(event: Event) -> Item:
    data = event.data.__pydantic_serializer__.to_json(event.data).decode()
    return Item(event.seq, event, "", str(event.id), (str(event.spool), str(event.lane), event.seq), data)
