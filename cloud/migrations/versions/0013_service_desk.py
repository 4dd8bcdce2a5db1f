"""The service desk: rooms, complaints, notices of stopped supply, and the room of an order."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this step."""
    op.add_column("work_order", sa.Column("room", sa.String(32)))
    op.create_index("ix_work_order_site_room", "work_order", ["site", "room"])
    op.create_table(
        "room",
        sa.Column("site", sa.String(64), nullable=False),
        sa.Column("key", sa.String(32), nullable=False),
        sa.Column("number", sa.String(32), nullable=False),
        sa.Column("place", sa.String(64)),
        sa.Column("occupant", sa.String(200), nullable=False),
        sa.Column("contact", sa.String(32), nullable=False),
        sa.Column("note", sa.String(500), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_by", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("site", "key", name=op.f("pk_room")),
    )
    op.create_index("ix_room_site_number", "room", ["site", "number"])
    _complaints()
    _supply_notices()


def _complaints() -> None:
    op.create_table(
        "complaint",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("site", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("room", sa.String(32)),
        sa.Column("place", sa.String(64)),
        sa.Column("customer", sa.String(200), nullable=False),
        sa.Column("contact", sa.String(32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("order_id", sa.String(36)),
        sa.Column("valid", sa.Boolean()),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("received_by", sa.String(64), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("answered_at", sa.BigInteger()),
        sa.Column("handled_at", sa.BigInteger()),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint")),
    )
    op.create_index("uq_complaint_site_number", "complaint", ["site", "number"], unique=True)
    op.create_index("ix_complaint_site_received_at", "complaint", ["site", "received_at"])
    op.create_index("ix_complaint_site_room", "complaint", ["site", "room"])
    op.create_table(
        "complaint_step",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(), nullable=False),
        sa.Column("complaint", sa.String(36), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("detail", sa.String(64), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_step")),
    )
    op.create_index("ix_complaint_step_complaint", "complaint_step", ["complaint"])


def _supply_notices() -> None:
    op.create_table(
        "supply_notice",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("site", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("planned", sa.Boolean(), nullable=False),
        sa.Column("places", sa.Text(), nullable=False),
        sa.Column("equipment", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("restored_at", sa.BigInteger()),
        sa.Column("withdrawn_at", sa.BigInteger()),
        sa.Column("withdrawn_why", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.String(64), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supply_notice")),
    )
    op.create_index("uq_supply_notice_site_number", "supply_notice", ["site", "number"], unique=True)
    op.create_index("ix_supply_notice_site_ends_at", "supply_notice", ["site", "ends_at"])


def downgrade() -> None:
    """Back from it."""
    for table in ("supply_notice", "complaint_step", "complaint", "room"):
        op.drop_table(table)
    op.drop_index("ix_work_order_site_room", "work_order")
    op.drop_column("work_order", "room")
