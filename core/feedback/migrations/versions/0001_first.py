"""People, works, ratings, preferences, tags and comments."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

MOMENT = sa.DateTime(timezone=True).with_variant(sa.String(32), "sqlite")


def upgrade() -> None:
    op.create_table(
        "users",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("created", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sa.UniqueConstraint("name", name="uq_users_name"),
    )
    op.create_table(
        "works",
        sa.Column("id", sa.String(71), nullable=False),
        sa.Column("medium", sa.String(64), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("model", sa.String(200), nullable=False),
        sa.Column("style", sa.Text, nullable=False),
        sa.Column("created", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_works"),
    )
    op.create_index("ix_works_medium", "works", ["medium"])
    _create_said(
        "ratings",
        sa.Column("stars", sa.Integer, nullable=False),
        sa.CheckConstraint("stars BETWEEN 1 AND 5", name="ck_ratings_stars"),
        sa.UniqueConstraint("user_id", "work_id", name="uq_ratings_user_id_work_id"),
    )
    _create_said(
        "preferences",
        sa.Column("other_id", sa.String(71), nullable=False),
        sa.ForeignKeyConstraint(["other_id"], ["works.id"], name="fk_preferences_other_id", ondelete="CASCADE"),
        sa.CheckConstraint("work_id <> other_id", name="ck_preferences_two_works"),
        sa.UniqueConstraint(
            "user_id", "work_id", "other_id", "created", name="uq_preferences_user_id_work_id_other_id_created"
        ),
    )
    op.create_index("ix_preferences_other_id", "preferences", ["other_id"])
    _create_said(
        "tags",
        sa.Column("tag", sa.String(64), nullable=False),
        sa.UniqueConstraint("user_id", "work_id", "tag", name="uq_tags_user_id_work_id_tag"),
    )
    op.create_index("ix_tags_tag", "tags", ["tag"])
    _create_said(
        "comments",
        sa.Column("text", sa.Text, nullable=False),
        sa.UniqueConstraint("user_id", "work_id", "created", name="uq_comments_user_id_work_id_created"),
    )


def _create_said(name: str, *more: sa.schema.SchemaItem) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("user_id", sa.Integer, nullable=False),
        sa.Column("work_id", sa.String(71), nullable=False),
        sa.Column("created", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=f"fk_{name}_user_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["work_id"], ["works.id"], name=f"fk_{name}_work_id", ondelete="CASCADE"),
        *more,
    )
    op.create_index(f"ix_{name}_work_id", name, ["work_id"])
