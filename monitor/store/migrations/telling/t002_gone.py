"""Subscribers of whom nobody is there any more: how often they were refused, and whose subscriptions ended by that."""

import sqlalchemy as sa
from alembic import op

revision = "t002"
down_revision = "t001"


def upgrade() -> None:
    """Nobody was refused so far."""
    op.add_column("subscribers", sa.Column("refused", sa.Integer, nullable=False, server_default="0"))
    op.create_table(
        "endings",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("subscriber", sa.Text, nullable=False),
        sa.Column("way", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
    )
