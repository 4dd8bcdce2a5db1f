"""Energy: settings and temperatures, tariffs, contracts, checked bills, targets and their tasks, baselines, waste."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this step."""
    _energy_settings()
    _temperature_day()
    _tariff_revision()
    _supply_contract()
    _bill_check()
    _energy_target()
    _rectification()
    _baseline()
    _waste_finding()


def _energy_settings() -> None:
    op.create_table(
        "energy_settings",
        sa.Column("site", sa.String(64), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_by", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("site", name=op.f("pk_energy_settings")),
    )


def _temperature_day() -> None:
    op.create_table(
        "temperature_day",
        sa.Column("site", sa.String(64), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("columns", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("site", "day", name=op.f("pk_temperature_day")),
    )


def _tariff_revision() -> None:
    op.create_table(
        "tariff_revision",
        sa.Column("site", sa.String(64), nullable=False),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.PrimaryKeyConstraint("site", "id", "revision", name=op.f("pk_tariff_revision")),
    )


def _supply_contract() -> None:
    op.create_table(
        "supply_contract",
        sa.Column("site", sa.String(64), nullable=False),
        sa.Column("meter", sa.String(64), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_by", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("site", "meter", name=op.f("pk_supply_contract")),
    )


def _bill_check() -> None:
    op.create_table(
        "bill_check",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("site", sa.String(64), nullable=False),
        sa.Column("meter", sa.String(64), nullable=False),
        sa.Column("first", sa.String(10), nullable=False),
        sa.Column("last", sa.String(10), nullable=False),
        sa.Column("tariff", sa.String(64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bill_check")),
    )
    op.create_index("ix_bill_check_site_meter_first", "bill_check", ["site", "meter", "first"])


def _energy_target() -> None:
    op.create_table(
        "energy_target",
        sa.Column("site", sa.String(64), nullable=False),
        sa.Column("scope", sa.String(80), nullable=False),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("amount", sa.Numeric(18, 3), nullable=False),
        sa.Column("unit", sa.String(16), nullable=False),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_by", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("site", "scope", "month", name=op.f("pk_energy_target")),
    )


def _rectification() -> None:
    op.create_table(
        "rectification",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("site", sa.String(64), nullable=False),
        sa.Column("scope", sa.String(80), nullable=False),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("due", sa.String(10), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_by", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rectification")),
    )
    op.create_index("uq_rectification_site_scope_month", "rectification", ["site", "scope", "month"], unique=True)


def _baseline() -> None:
    op.create_table(
        "baseline",
        sa.Column("site", sa.String(64), nullable=False),
        sa.Column("meter", sa.String(64), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_by", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("site", "meter", name=op.f("pk_baseline")),
    )


def _waste_finding() -> None:
    op.create_table(
        "waste_finding",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("site", sa.String(64), nullable=False),
        sa.Column("rule", sa.String(32), nullable=False),
        sa.Column("meter", sa.String(64), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("found_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("work_order", sa.String(36), nullable=True),
        sa.Column("repaired_on", sa.String(10), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waste_finding")),
    )
    op.create_index("ix_waste_finding_site_found_at", "waste_finding", ["site", "found_at"])
    op.create_index(
        "uq_waste_finding_open",
        "waste_finding",
        ["site", "rule", "meter"],
        unique=True,
        sqlite_where=sa.text("open = 1"),
        postgresql_where=sa.text("open"),
    )


def downgrade() -> None:
    """Back from it."""
    op.drop_table("waste_finding")
    op.drop_table("baseline")
    op.drop_table("rectification")
    op.drop_table("energy_target")
    op.drop_table("bill_check")
    op.drop_table("supply_contract")
    op.drop_table("tariff_revision")
    op.drop_table("temperature_day")
    op.drop_table("energy_settings")
