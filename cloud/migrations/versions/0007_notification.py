"""Notification: channels, routes, contacts, deliveries and attempts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_WAITING = sa.text("state = 'waiting'")
_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """To this step."""
    _setup()
    _deliveries()


def _setup() -> None:
    op.create_table(
        "notification_channel",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("site", sa.String(64), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("setup", sa.Text(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification_channel")),
    )
    op.create_index("uq_notification_channel_name", "notification_channel", ["site", "name"], unique=True)
    op.create_table(
        "notification_route",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("site", sa.String(64), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("matches", sa.Text(), nullable=False),
        sa.Column("channels", sa.Text(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification_route")),
    )
    op.create_index("uq_notification_route_name", "notification_route", ["site", "name"], unique=True)
    op.create_table(
        "notification_contact",
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("mobile", sa.String(32), nullable=False),
        sa.Column("mail", sa.String(254), nullable=False),
        sa.Column("account", sa.String(128), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_notification_contact")),
    )
    op.create_table(
        "notification_sender",
        sa.Column("name", sa.String(16), nullable=False),
        sa.Column("holder", sa.String(36), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_notification_sender")),
    )


def _deliveries() -> None:
    op.create_table(
        "notification_delivery",
        sa.Column("id", _NUMBER, sa.Identity(), nullable=False),
        sa.Column("site", sa.String(64), nullable=False),
        sa.Column("alarm", sa.String(36), nullable=False),
        sa.Column("notice", sa.BigInteger(), nullable=False),
        sa.Column("occasion", sa.String(32), nullable=False),
        sa.Column("route", sa.String(100), nullable=False),
        sa.Column("channel", sa.String(36), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("life_safety", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification_delivery")),
    )
    op.create_index(
        "ix_notification_delivery_waiting",
        "notification_delivery",
        ["channel", "id"],
        sqlite_where=_WAITING,
        postgresql_where=_WAITING,
    )
    op.create_index("ix_notification_delivery_alarm", "notification_delivery", ["alarm"])
    op.create_index("ix_notification_delivery_site", "notification_delivery", ["site", "id"])
    op.create_index("ix_notification_delivery_created_at", "notification_delivery", ["created_at"])
    op.create_table(
        "notification_attempt",
        sa.Column("id", _NUMBER, sa.Identity(), nullable=False),
        sa.Column("site", sa.String(64), nullable=False),
        sa.Column("channel", sa.String(36), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Boolean(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification_attempt")),
    )
    op.create_index("ix_notification_attempt_channel", "notification_attempt", ["channel", "at"])
    op.create_index("ix_notification_attempt_at", "notification_attempt", ["at"])


def downgrade() -> None:
    """Back from it."""
    for name in ("attempt", "delivery", "sender", "contact", "route", "channel"):
        op.drop_table(f"notification_{name}")
