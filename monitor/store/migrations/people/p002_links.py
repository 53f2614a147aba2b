"""Operators may be known to a provider of identities."""

import sqlalchemy as sa
from alembic import op

revision = "p002"
down_revision = "p001"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "links",
        sa.Column("issuer", sa.Text, primary_key=True),
        sa.Column("subject", sa.Text, primary_key=True),
        sa.Column("operator", sa.Text, nullable=False),
    )
