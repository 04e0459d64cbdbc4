"""Alembic's environment: runs the migrations on the connection that it is handed, within that connection's transaction.

Alembic loads this file by its path, so it imports nothing of artwright; what it needs comes in `config.attributes`.
"""

from alembic import context

given = context.config.attributes
context.configure(
    connection=given["connection"], target_metadata=given["metadata"], version_table=given["version_table"]
)
with context.begin_transaction():
    context.run_migrations()
