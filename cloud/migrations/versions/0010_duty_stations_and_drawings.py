"""The screens of manned posts with their sound tests; the drawings of places."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this step."""
    op.create_table(
        "duty_station",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("site", sa.String(64), nullable=False),
        sa.Column("post", sa.String(64), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("enrolled_at", sa.BigInteger(), nullable=False),
        sa.Column("enrolled_by", sa.String(64), nullable=False),
        sa.Column("seen_at", sa.BigInteger()),
        sa.Column("armed_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_station")),
    )
    op.create_index("ix_duty_station_site_post", "duty_station", ["site", "post"])
    op.create_table(
        "sound_test",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("site", sa.String(64), nullable=False),
        sa.Column("station", sa.String(36), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("post", sa.String(64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("heard", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sound_test")),
    )
    op.create_index("ix_sound_test_site_at", "sound_test", ["site", "at"])
    op.create_table(
        "drawing",
        sa.Column("site", sa.String(64), nullable=False),
        sa.Column("place", sa.String(64), nullable=False),
        sa.Column("svg", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_by", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("site", "place", name=op.f("pk_drawing")),
    )


def downgrade() -> None:
    """Back from it."""
    op.drop_table("drawing")
    op.drop_index("ix_sound_test_site_at", "sound_test")
    op.drop_table("sound_test")
    op.drop_index("ix_duty_station_site_post", "duty_station")
    op.drop_table("duty_station")
