"""The tables of channels, routes, contacts, deliveries and every attempt at them, and of who is the sender now."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Identity, Index, Integer, String, Table, Text, text

from cloud.database.base import METADATA

_WAITING: dict[str, Any] = {f"{dialect}_where": text("state = 'waiting'") for dialect in ("sqlite", "postgresql")}

CHANNEL = Table(
    "notification_channel",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("site", String(64), nullable=False),
    Column("name", String(100), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("setup", Text, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Index("uq_notification_channel_name", "site", "name", unique=True),
)
"""`setup` is JSON with the secrets of this channel: read by the sender alone, never shown."""

ROUTE = Table(
    "notification_route",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("site", String(64), nullable=False),
    Column("name", String(100), nullable=False),
    Column("rank", Integer, nullable=False),
    Column("matches", Text, nullable=False),
    Column("channels", Text, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Index("uq_notification_route_name", "site", "name", unique=True),
)
"""`matches` is JSON: which notices; `channels` the ids, the first choice first."""

DELIVERY = Table(
    "notification_delivery",
    METADATA,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), Identity(), primary_key=True),
    Column("site", String(64), nullable=False),
    Column("alarm", String(36), nullable=False),
    Column("notice", BigInteger, nullable=False),
    Column("occasion", String(32), nullable=False),
    Column("route", String(100), nullable=False),
    Column("channel", String(36), nullable=False),
    Column("after", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("life_safety", Boolean, nullable=False),
    Column("state", String(16), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    Column("why", Text, nullable=False),
    Index("ix_notification_delivery_waiting", "channel", "id", **_WAITING),
    Index("ix_notification_delivery_alarm", "alarm"),
    Index("ix_notification_delivery_site", "site", "id"),
    Index("ix_notification_delivery_created_at", "created_at"),
)
"""One notice over one channel. `after`: the channels that follow if this one fails. `state`: see `delivery.State`."""

ATTEMPT = Table(
    "notification_attempt",
    METADATA,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), Identity(), primary_key=True),
    Column("site", String(64), nullable=False),
    Column("channel", String(36), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("seconds", Integer, nullable=False),
    Column("messages", Integer, nullable=False),
    Column("taken", Boolean, nullable=False),
    Column("why", Text, nullable=False),
    Column("first", BigInteger, nullable=False),
    Index("ix_notification_attempt_channel", "channel", "at"),
    Index("ix_notification_attempt_at", "at"),
)
"""Every request: how many deliveries it carried (a digest more than one), and what the other end said."""

CONTACT = Table(
    "notification_contact",
    METADATA,
    Column("person", String(64), primary_key=True),
    Column("mobile", String(32), nullable=False),
    Column("mail", String(254), nullable=False),
    Column("account", String(128), nullable=False),
    Column("updated_at", BigInteger, nullable=False),
)
"""How a user is reached; `account` is the one in WeCom or DingTalk. Read by the sender and by who manages users."""

SENDER = Table(
    "notification_sender",
    METADATA,
    Column("name", String(16), primary_key=True),
    Column("holder", String(36), nullable=False),
    Column("until", BigInteger, nullable=False),
)
"""One process sends: a robot's limit is one, however many replicas there are."""
