"""The response to alarms: confirmation, escalation, closing; timers, notices, posts and rota, the fire procedure."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_ALARM = (
    ("confirmed_found", sa.Text(), None),
    ("false_by", sa.String(length=64), None),
    ("silenced_by", sa.String(length=64), None),
    ("sounded_at", sa.BigInteger(), sa.text("0")),
    ("escalation", sa.Integer(), sa.text("0")),
    ("escalates_at", sa.BigInteger(), None),
    ("must_close", sa.Boolean(), sa.text("false")),
    ("reset_seen_at", sa.BigInteger(), None),
    ("close_by", sa.String(length=64), None),
    ("closed_at", sa.BigInteger(), None),
    ("closed_by", sa.String(length=64), None),
)
"""Name, type, and the value of what is there already (None: the column may be empty)."""


def upgrade() -> None:
    """To this step."""
    for name, kind, default in _ALARM:
        op.add_column("alarm", sa.Column(name, kind, nullable=default is None, server_default=default))
    op.create_index("ix_alarm_site_last_raised_at", "alarm", ["site", "last_raised_at"])
    for name in ("address_zh", "address_en"):
        op.add_column("site", sa.Column(name, sa.String(length=200), nullable=False, server_default=""))
    _fire()
    _timers()
    _duty()


def _fire() -> None:
    op.create_table(
        "alarm_procedure",
        sa.Column("alarm", sa.String(length=36), nullable=False),
        sa.Column("step", sa.String(length=32), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("alarm", "step", name=op.f("pk_alarm_procedure")),
    )
    op.create_table(
        "alarm_card",
        sa.Column("alarm", sa.String(length=36), nullable=False),
        sa.Column("burning", sa.Text(), nullable=False),
        sa.Column("extent", sa.Text(), nullable=False),
        sa.Column("caller", sa.Text(), nullable=False),
        sa.Column("phone", sa.String(length=32), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("alarm", name=op.f("pk_alarm_card")),
    )


def _timers() -> None:
    op.create_table(
        "timer",
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("ref", sa.String(length=128), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("kind", "ref", name=op.f("pk_timer")),
    )
    op.create_index("ix_timer_due_at", "timer", ["due_at"])
    op.create_table(
        "notice",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(always=False), nullable=False
        ),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("alarm", sa.String(length=36), nullable=False),
        sa.Column("occasion", sa.String(length=32), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("posts", sa.Text(), nullable=False),
        sa.Column("voice", sa.Boolean(), nullable=False),
        sa.Column("life_safety", sa.Boolean(), nullable=False),
        sa.Column("drill", sa.Boolean(), nullable=False),
        sa.Column("taken_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    waiting = sa.text("taken_at IS NULL")
    op.create_index("ix_notice_waiting", "notice", ["id"], sqlite_where=waiting, postgresql_where=waiting)
    op.create_index("ix_notice_at", "notice", ["at"])


def _duty() -> None:
    op.create_table(
        "duty_post",
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("zh", sa.String(length=200), nullable=False),
        sa.Column("en", sa.String(length=200), nullable=False),
        sa.Column("phone", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("site", "id", name=op.f("pk_duty_post")),
    )
    op.create_table(
        "duty",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("post", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty")),
    )
    op.create_index("ix_duty_site_ends_at", "duty", ["site", "ends_at"])


def downgrade() -> None:
    """Back from it."""
    for table in ("duty", "duty_post", "notice", "timer", "alarm_card", "alarm_procedure"):
        op.drop_table(table)
    with op.batch_alter_table("site") as batch:
        for name in ("address_zh", "address_en"):
            batch.drop_column(name)
    op.drop_index("ix_alarm_site_last_raised_at", "alarm")
    with op.batch_alter_table("alarm") as batch:
        for name, _, _ in reversed(_ALARM):
            batch.drop_column(name)
