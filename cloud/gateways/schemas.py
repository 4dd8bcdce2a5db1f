"""Gateways on the wire."""

from __future__ import annotations

import orjson
from pydantic import Field
from sqlalchemy import RowMapping

from cloud.wire import Asked, Moment
from facility.words import Frozen, Id


class Gateway(Frozen):
    """A gateway and its health."""

    site: str
    id: str
    online: bool
    """It was heard within the last 30 s."""
    last_seen: Moment | None
    version: str
    inventory: str | None
    """The revision of its inventory that holds now."""
    waiting: dict[str, int]
    """Lane → records that it has not delivered yet."""
    created_at: Moment
    created_by: str


class NewGateway(Asked):
    """The body of POST /gateways."""

    site: Id
    id: Id
    renew: bool = False
    """Give a known gateway a new token; its old ones end."""


class Registration(Frozen):
    """The answer of POST /gateways: the only time that the token is shown."""

    site: str
    id: str
    token: str
    card_key: str = Field(min_length=64, max_length=64)
    """The site's key for card numbers, hexadecimal; keep it in a file of mode 0600."""


class TakenInventory(Frozen):
    """The answer of PUT …/inventory."""

    revision: str
    equipment: int
    points: int
    changed: tuple[str, ...]
    """Equipment that is new, changed or gone."""


def gateway_of(row: RowMapping) -> Gateway:
    """The gateway of a row."""
    return Gateway.model_validate({**row, "waiting": orjson.loads(row["waiting"])})
