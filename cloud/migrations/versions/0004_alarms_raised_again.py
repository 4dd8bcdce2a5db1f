"""An alarm that is raised again keeps its row: how often and when; its value in words; the equipment behind it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_UNACKNOWLEDGED = sa.text("acknowledged_at IS NULL")


def upgrade() -> None:
    """To this step."""
    op.add_column("alarm", sa.Column("value_zh", sa.Text(), nullable=True))
    op.add_column("alarm", sa.Column("value_en", sa.Text(), nullable=True))
    op.add_column("alarm", sa.Column("affects", sa.Text(), nullable=False, server_default="[]"))
    op.add_column("alarm", sa.Column("raises", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("alarm", sa.Column("last_raised_at", sa.BigInteger(), nullable=False, server_default="0"))
    op.execute("UPDATE alarm SET last_raised_at = raised_at")
    op.create_index(
        "ix_alarm_unacknowledged_key",
        "alarm",
        ["site", "equipment", "rule", "instance"],
        sqlite_where=_UNACKNOWLEDGED,
        postgresql_where=_UNACKNOWLEDGED,
    )


def downgrade() -> None:
    """Back from it."""
    op.drop_index("ix_alarm_unacknowledged_key", "alarm")
    with op.batch_alter_table("alarm") as batch:
        for name in ("last_raised_at", "raises", "affects", "value_en", "value_zh"):
            batch.drop_column(name)
