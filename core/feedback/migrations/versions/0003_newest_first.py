"""Indexes by time, so that the newest things said are found without reading all."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    for table in ("ratings", "preferences", "tags", "comments"):
        op.create_index(f"ix_{table}_created", table, ["created", "id"])
        op.create_index(f"ix_{table}_user_id", table, ["user_id", "created", "id"])
