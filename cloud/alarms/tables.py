"""The tables of alarms and of every step of each."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Float, Identity, Index, Integer, String, Table, Text, text

from cloud.database.base import METADATA

_LIVE: dict[str, Any] = {"sqlite_where": text("live = 1"), "postgresql_where": text("live")}
"""As SQLAlchemy writes the condition in queries: SQLite uses a partial index only for its very words."""
_UNACKNOWLEDGED: dict[str, Any] = {
    f"{dialect}_where": text("acknowledged_at IS NULL") for dialect in ("sqlite", "postgresql")
}

ALARM = Table(
    "alarm",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("site", String(64), nullable=False),
    Column("gateway", String(64), nullable=False),
    Column("equipment", String(64), nullable=False),
    Column("instance", String(64), nullable=False),
    Column("rule", String(64), nullable=False),
    Column("detected_by", String(8), nullable=False),
    Column("live", Boolean, nullable=False),
    Column("detection", String(16), nullable=False),
    Column("cause", String(200)),
    Column("priority", Integer, nullable=False),
    Column("alarm_class", String(32), nullable=False),
    Column("system", String(32)),
    Column("place", String(64)),
    Column("equipment_zh", Text, nullable=False),
    Column("equipment_en", Text, nullable=False),
    Column("name_zh", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("says_zh", Text),
    Column("says_en", Text),
    Column("guidance", Text, nullable=False),
    Column("owners", Text, nullable=False),
    Column("point", String(200)),
    Column("value", Float),
    Column("value_zh", Text),
    Column("value_en", Text),
    Column("limit_value", Float),
    Column("affects", Text, nullable=False, server_default="[]"),
    Column("fault", String(64)),
    Column("work_order", String(36)),
    Column("drill", Boolean, nullable=False),
    Column("test", Boolean, nullable=False),
    Column("replayed", Boolean, nullable=False),
    Column("raised_at", BigInteger, nullable=False),
    Column("raises", Integer, nullable=False, server_default="1"),
    Column("last_raised_at", BigInteger, nullable=False, server_default="0"),
    Column("recorded_at", BigInteger, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("cleared_at", BigInteger),
    Column("clear_reason", String(32)),
    Column("acknowledged_at", BigInteger),
    Column("acknowledged_by", String(64)),
    Column("acknowledge_comment", Text),
    Column("confirmed_at", BigInteger),
    Column("confirmed_by", String(64)),
    Column("confirmed_outcome", String(16)),
    Column("confirmed_found", Text),
    Column("false_by", String(64)),
    Column("shelved_until", BigInteger),
    Column("shelved_by", String(64)),
    Column("shelve_reason", Text),
    Column("silenced_at", BigInteger),
    Column("silenced_by", String(64)),
    Column("sounded_at", BigInteger, nullable=False, server_default="0"),
    Column("assigned_to", String(64)),
    Column("escalation", Integer, nullable=False, server_default="0"),
    Column("escalates_at", BigInteger),
    Column("must_close", Boolean, nullable=False, server_default=text("false")),
    Column("reset_seen_at", BigInteger),
    Column("close_by", String(64)),
    Column("closed_at", BigInteger),
    Column("closed_by", String(64)),
    Column("updated_at", BigInteger, nullable=False),
    Index("uq_alarm_live", "site", "equipment", "rule", "instance", unique=True, **_LIVE),
    Index("ix_alarm_live_gateway", "site", "gateway", **_LIVE),
    Index("ix_alarm_live_work_order", "work_order", **_LIVE),
    Index("ix_alarm_unacknowledged", "site", "raised_at", **_UNACKNOWLEDGED),
    Index("ix_alarm_unacknowledged_key", "site", "equipment", "rule", "instance", **_UNACKNOWLEDGED),
    Index("ix_alarm_site_raised_at", "site", "raised_at"),
    Index("ix_alarm_site_last_raised_at", "site", "last_raised_at"),
)
"""Names, guidance and owners are those of the moment of raising; one live alarm per key, by the index."""

ALARM_STEP = Table(
    "alarm_step",
    METADATA,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), Identity(), primary_key=True),
    Column("alarm", String(36), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
    Column("by", String(64), nullable=False),
    Column("detail", Text, nullable=False),
    Index("ix_alarm_step_alarm", "alarm"),
)
"""Every step: raised, updated, cleared, acknowledged, reset asked, …"""

PROCEDURE_STEP = Table(
    "alarm_procedure",
    METADATA,
    Column("alarm", String(36), primary_key=True),
    Column("step", String(32), primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("by", String(64), nullable=False),
    Column("note", Text, nullable=False),
)
"""The steps of the fire procedure that were ticked."""

FIRE_CARD = Table(
    "alarm_card",
    METADATA,
    Column("alarm", String(36), primary_key=True),
    Column("burning", Text, nullable=False),
    Column("extent", Text, nullable=False),
    Column("caller", Text, nullable=False),
    Column("phone", String(32), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("by", String(64), nullable=False),
)
"""What the people on the spot add to the card for the call to 119."""
