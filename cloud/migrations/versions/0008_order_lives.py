"""The life of work orders: steps, costs, promises of a site, the equipment register."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_ORDER = (
    ("side", sa.String(16), "device"),
    ("customer", sa.String(200), ""),
    ("contact", sa.String(32), ""),
    ("assignee", sa.String(64), None),
    ("round", sa.Integer(), "1"),
    ("paused_from", sa.String(16), None),
    ("claimed_at", sa.BigInteger(), None),
    ("claimed_by", sa.String(64), None),
    ("repaired_by", sa.String(64), None),
    ("proof", sa.String(16), None),
    ("arrival", sa.String(16), None),
    ("called_back_at", sa.BigInteger(), None),
    ("due_at", sa.BigInteger(), None),
)
"""Name, type, and the value of what is there already (None: the column may be empty)."""


def upgrade() -> None:
    """To this step."""
    for name, kind, default in _ORDER:
        op.add_column("work_order", sa.Column(name, kind, nullable=default is None, server_default=default))
    op.create_index("ix_work_order_assignee", "work_order", ["assignee"])
    op.create_index("ix_work_order_fault", "work_order", ["site", "equipment", "fault", "closed_at"])
    _steps()
    _service()


def _steps() -> None:
    op.create_table(
        "order_step",
        sa.Column("id", _NUMBER, sa.Identity(), nullable=False),
        sa.Column("site", sa.String(64), nullable=False),
        sa.Column("order_id", sa.String(36), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_step")),
    )
    op.create_index("ix_order_step_order_id", "order_step", ["order_id"])
    op.create_index("ix_order_step_site_at", "order_step", ["site", "at"])
    op.execute(
        'INSERT INTO order_step (site, order_id, kind, at, recorded_at, "by", detail, note) '
        "SELECT site, id, 'reported', reported_at, reported_at, reported_by, order_class, '' FROM work_order"
    )
    op.create_table(
        "order_cost",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("site", sa.String(64), nullable=False),
        sa.Column("order_id", sa.String(36), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("quantity", sa.Numeric(12, 3), nullable=False),
        sa.Column("unit", sa.String(32), nullable=False),
        sa.Column("price", sa.Numeric(12, 2), nullable=False),
        sa.Column("paid_by", sa.String(16), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_cost")),
    )
    op.create_index("ix_order_cost_order_id", "order_cost", ["order_id"])


def _service() -> None:
    op.create_table(
        "service_terms",
        sa.Column("site", sa.String(64), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("site", name=op.f("pk_service_terms")),
    )
    op.create_table(
        "service_profile",
        sa.Column("site", sa.String(64), nullable=False),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("site", "id", name=op.f("pk_service_profile")),
    )
    op.create_table(
        "asset",
        sa.Column("site", sa.String(64), nullable=False),
        sa.Column("equipment", sa.String(64), nullable=False),
        sa.Column("maker", sa.String(200), nullable=False),
        sa.Column("serial", sa.String(100), nullable=False),
        sa.Column("registration", sa.String(100), nullable=False),
        sa.Column("installed_on", sa.Date()),
        sa.Column("warranty_until", sa.Date()),
        sa.Column("next_inspection_on", sa.Date()),
        sa.Column("contractor", sa.String(64)),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("site", "equipment", name=op.f("pk_asset")),
    )


def downgrade() -> None:
    """Back from it."""
    for name in ("asset", "service_profile", "service_terms", "order_cost", "order_step"):
        op.drop_table(name)
    for index in ("ix_work_order_fault", "ix_work_order_assignee"):
        op.drop_index(index, "work_order")
    with op.batch_alter_table("work_order") as batch:
        for name, _, _ in reversed(_ORDER):
            batch.drop_column(name)
