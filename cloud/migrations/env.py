"""Run by Alembic: applies the steps over the connection that cloud.migrations.running has opened."""

from __future__ import annotations

from alembic import context

from cloud.database.base import METADATA
from cloud.nouns import modules

for _ in modules("tables"):
    pass

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=METADATA, render_as_batch=connection.dialect.name == "sqlite")
with context.begin_transaction():
    context.run_migrations()
