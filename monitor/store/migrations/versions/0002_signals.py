"""What endpoints that call us have said."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "signals",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("series", sa.Integer, nullable=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("sign", sa.Text, nullable=False),
        sa.Column("number", sa.BigInteger),
        sa.Column("note", sa.Text, nullable=False),
    )
    op.create_index("signals_series", "signals", ["series", "sign", "id"])
