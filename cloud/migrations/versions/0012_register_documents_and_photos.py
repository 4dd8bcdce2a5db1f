"""Documents of the equipment register, and photos of work orders."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this step."""
    op.add_column("asset", sa.Column("documents", sa.Text(), nullable=False, server_default="[]"))
    op.create_table(
        "photo",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("site", sa.String(64), nullable=False),
        sa.Column("order_id", sa.String(36), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("file", sa.String(64), nullable=False),
        sa.Column("sent", sa.String(16), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(500), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photo")),
    )
    op.create_index("uq_photo_order_id_key", "photo", ["order_id", "key"], unique=True)
    op.create_index("ix_photo_site_at", "photo", ["site", "at"])
    op.create_index("uq_photo_file", "photo", ["file"], unique=True)


def downgrade() -> None:
    """Back from it."""
    op.drop_table("photo")
    op.drop_column("asset", "documents")
