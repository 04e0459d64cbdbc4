"""The numbers that describe a work, so that taste is learned without the work's file."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("works", sa.Column("features", sa.JSON, nullable=True))
