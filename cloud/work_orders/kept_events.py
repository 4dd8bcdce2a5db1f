"""The kept events as orders read them: a light name of the table, since what keeps them knows alarms, which know us."""

from __future__ import annotations

from typing import Final

from sqlalchemy import column, table

EVENT: Final = table("event", *(column(name) for name in ("id", "site", "type", "equipment", "at", "seq", "data")))
