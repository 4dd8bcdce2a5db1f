"""Meters as people set them, their readings and replacements; the interval ledger and what it restated."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this step."""
    _meters()
    _ledger()


def _meters() -> None:
    op.create_table(
        "meter",
        sa.Column("site", sa.String(64), nullable=False),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_by", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("site", "id", name=op.f("pk_meter")),
    )
    op.create_table(
        "meter_replacement",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("site", sa.String(64), nullable=False),
        sa.Column("meter", sa.String(64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("removed", sa.BigInteger(), nullable=False),
        sa.Column("installed", sa.BigInteger(), nullable=False),
        sa.Column("width", sa.BigInteger(), nullable=True),
        sa.Column("multiplier", sa.String(32), nullable=True),
        sa.Column("note", sa.String(500), nullable=False),
        sa.Column("entered_at", sa.BigInteger(), nullable=False),
        sa.Column("entered_by", sa.String(64), nullable=False),
        sa.Column("void_at", sa.BigInteger(), nullable=True),
        sa.Column("void_by", sa.String(64), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meter_replacement")),
    )
    op.create_index("ix_meter_replacement_site_meter_at", "meter_replacement", ["site", "meter", "at"])
    op.create_table(
        "meter_reading",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("site", sa.String(64), nullable=False),
        sa.Column("meter", sa.String(64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(8), nullable=False),
        sa.Column("note", sa.String(500), nullable=False),
        sa.Column("entered_at", sa.BigInteger(), nullable=False),
        sa.Column("entered_by", sa.String(64), nullable=False),
        sa.Column("void_at", sa.BigInteger(), nullable=True),
        sa.Column("void_by", sa.String(64), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meter_reading")),
    )
    op.create_index("ix_meter_reading_site_meter_at", "meter_reading", ["site", "meter", "at"])
    op.create_table(
        "apportionment",
        sa.Column("site", sa.String(64), nullable=False),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_by", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("site", "id", name=op.f("pk_apportionment")),
    )


def _ledger() -> None:
    op.create_table(
        "register_day",
        sa.Column("site", sa.String(64), nullable=False),
        sa.Column("meter", sa.String(64), nullable=False),
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("samples", sa.Integer(), nullable=False),
        sa.Column("readings", sa.LargeBinary(), nullable=False),
        sa.Column("seen", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("site", "meter", "day", name=op.f("pk_register_day")),
    )
    op.create_table(
        "amount_day",
        sa.Column("site", sa.String(64), nullable=False),
        sa.Column("meter", sa.String(64), nullable=False),
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("columns", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("site", "meter", "day", name=op.f("pk_amount_day")),
    )
    op.create_table(
        "ledger_state",
        sa.Column("site", sa.String(64), nullable=False),
        sa.Column("meter", sa.String(64), nullable=False),
        sa.Column("unit", sa.String(16), nullable=False),
        sa.Column("facts", sa.String(16), nullable=False),
        sa.Column("first_at", sa.BigInteger(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.Column("accounted_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("site", "meter", name=op.f("pk_ledger_state")),
    )
    op.create_table(
        "restatement",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("site", sa.String(64), nullable=False),
        sa.Column("meter", sa.String(64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("cause", sa.String(16), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("end", sa.BigInteger(), nullable=False),
        sa.Column("intervals", sa.Integer(), nullable=False),
        sa.Column("amount_before", sa.BigInteger(), nullable=False),
        sa.Column("amount_after", sa.BigInteger(), nullable=False),
        sa.Column("coverage_before", sa.Float(), nullable=False),
        sa.Column("coverage_after", sa.Float(), nullable=False),
        sa.Column("columns_before", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restatement")),
    )
    op.create_index("ix_restatement_site_at", "restatement", ["site", "at"])
    op.create_index("ix_restatement_site_meter_at", "restatement", ["site", "meter", "at"])


def downgrade() -> None:
    """Back from it."""
    for table in (
        "restatement",
        "ledger_state",
        "amount_day",
        "register_day",
        "apportionment",
        "meter_reading",
        "meter_replacement",
        "meter",
    ):
        op.drop_table(table)
