"""Incidents that are not published, labels of an outage by its name, and how far what follows the notices has come."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the tables; the labels of before were of spans."""
    op.create_table(
        "drafts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("step", sa.Text, nullable=False),
        sa.Column("texts", sa.Text, nullable=False),
        sa.Column("said", sa.Text, nullable=False),
        sa.UniqueConstraint("subject", "number"),
    )
    op.create_table(
        "followed",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
    op.add_column("labels", sa.Column("outage", sa.Text, nullable=False, server_default=""))
