"""What people are called, beside the name that they log in with."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this step."""
    op.add_column("user_account", sa.Column("display_name", sa.String(64), nullable=False, server_default=""))
