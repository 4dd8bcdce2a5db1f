"""The steps from one release's tables to the next (Alembic), the same for SQLite and PostgreSQL."""
