"""The first schema of what is to be told to whom."""

import sqlalchemy as sa
from alembic import op

revision = "t001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    big, whole, text = sa.BigInteger, sa.Integer, sa.Text
    op.create_table("cursors", sa.Column("log", text, primary_key=True), sa.Column("at", big, nullable=False))
    op.create_table("alarms", sa.Column("rule", text, primary_key=True), sa.Column("standing", text, nullable=False))
    op.create_table(
        "messages",
        sa.Column("id", whole, primary_key=True),
        sa.Column("key", text, nullable=False, unique=True),
        sa.Column("document", text, nullable=False),
    )
    op.create_table(
        "deliveries",
        sa.Column("id", whole, primary_key=True),
        sa.Column("message", whole, nullable=False),
        sa.Column("lane", text, nullable=False),
        sa.Column("receiver", text, nullable=False),
        sa.Column("state", whole, nullable=False),
        sa.Column("tried", whole, nullable=False),
        sa.Column("made_ms", big, nullable=False),
        sa.Column("due_ms", big, nullable=False),
        sa.Column("error", text, nullable=False),
        sa.UniqueConstraint("message", "receiver"),
    )
    waiting = ["lane", "receiver", "id"]
    op.create_index("deliveries_waiting", "deliveries", waiting, sqlite_where=sa.text("state = 0"))
    op.create_index("deliveries_state", "deliveries", ["state", "id"])
    for name in ("requests", "subscribers"):
        op.create_table(
            name,
            sa.Column("id", text, primary_key=True),
            sa.Column("way", text, nullable=False),
            sa.Column("address", text, nullable=False),
            sa.Column("wish", text, nullable=False),
            sa.Column("at", big, nullable=False),
            *([sa.UniqueConstraint("way", "address")] if name == "subscribers" else []),
        )
    op.create_index("requests_address", "requests", ["way", "address"])
