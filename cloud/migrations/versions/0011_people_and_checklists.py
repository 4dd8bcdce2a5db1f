"""Trades, skills and certificates; checklists of orders; orders of statutory inspections."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this step."""
    _people()
    _checks()
    op.create_table(
        "inspection",
        sa.Column("site", sa.String(64), nullable=False),
        sa.Column("equipment", sa.String(64), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("order_id", sa.String(36), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("site", "equipment", "on_date", name=op.f("pk_inspection")),
    )


def _people() -> None:
    op.create_table(
        "trade",
        sa.Column("site", sa.String(64), nullable=False),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("zh", sa.String(200), nullable=False),
        sa.Column("en", sa.String(200), nullable=False),
        sa.Column("post", sa.String(64), nullable=False),
        sa.Column("certificates", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("site", "id", name=op.f("pk_trade")),
    )
    op.create_table(
        "skill",
        sa.Column("site", sa.String(64), nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("trade", sa.String(64), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("site", "person", "trade", name=op.f("pk_skill")),
    )
    op.create_table(
        "certificate",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("site", sa.String(64), nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("number", sa.String(100), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date()),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
    )
    op.create_index("ix_certificate_site_person", "certificate", ["site", "person"])


def _checks() -> None:
    op.create_table(
        "order_check",
        sa.Column("order_id", sa.String(36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("site", sa.String(64), nullable=False),
        sa.Column("item", sa.String(64)),
        sa.Column("zh", sa.String(200), nullable=False),
        sa.Column("en", sa.String(200), nullable=False),
        sa.Column("equipment", sa.String(64)),
        sa.Column("unit", sa.String(32), nullable=False),
        sa.Column("low", sa.Float()),
        sa.Column("high", sa.Float()),
        sa.Column("passed", sa.Boolean()),
        sa.Column("reading", sa.Float()),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger()),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("made", sa.String(36)),
        sa.PrimaryKeyConstraint("order_id", "number", name=op.f("pk_order_check")),
    )
    op.create_index("ix_order_check_item", "order_check", ["site", "item"])


def downgrade() -> None:
    """Back from it."""
    for name in ("order_check", "certificate", "skill", "trade", "inspection"):
        op.drop_table(name)
