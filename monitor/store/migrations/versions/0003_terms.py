"""On which host a probe depends, and on which components its own does."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add them to the terms; those of before said nothing."""
    op.add_column("watches", sa.Column("host", sa.Text, nullable=False, server_default=""))
    op.add_column("watches", sa.Column("needs", sa.Text, nullable=False, server_default=""))
