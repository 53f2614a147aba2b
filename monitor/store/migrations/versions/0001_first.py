"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make them."""
    big, whole, text = sa.BigInteger, sa.Integer, sa.Text
    op.create_table(
        "series",
        sa.Column("id", whole, primary_key=True),
        sa.Column("probe", text, nullable=False),
        sa.Column("location", text, nullable=False),
        sa.UniqueConstraint("probe", "location"),
    )
    op.create_table(
        "watches",
        sa.Column("id", whole, primary_key=True),
        sa.Column("series", whole, nullable=False),
        sa.Column("component", text, nullable=False),
        sa.Column("start", big, nullable=False),
        sa.Column("end", big),
        sa.Column("interval_ms", big, nullable=False),
        sa.Column("confirm", whole, nullable=False),
        sa.Column("recover", whole, nullable=False),
        sa.Column("need", whole, nullable=False),
    )
    op.create_table(
        "observations",
        sa.Column("id", whole, primary_key=True),
        sa.Column("late_ms", whole, nullable=False),
        sa.Column("dns_us", whole),
        sa.Column("connect_us", whole),
        sa.Column("tls_us", whole),
        sa.Column("first_byte_us", whole),
        sa.Column("rest_us", whole, nullable=False),
        sa.Column("verdict", text),
    )
    op.create_table(
        "marks",
        sa.Column("series", whole, primary_key=True),
        sa.Column("at", big, primary_key=True),
        sa.Column("state", text, nullable=False),
        sa.Column("reason", whole),
        sqlite_with_rowid=False,
    )
    op.create_table("foldings", sa.Column("series", whole, primary_key=True), sa.Column("text", text, nullable=False))
    op.create_table(
        "notices",
        sa.Column("at", big, primary_key=True),
        sa.Column("outage", text, nullable=False),
        sa.Column("component", text, nullable=False),
        sa.Column("kind", text, nullable=False),
        sa.Column("start", big, nullable=False),
        sa.Column("end", big),
        sa.Column("reason", whole, nullable=False),
        sa.Column("down_seconds", big, nullable=False),
    )
    op.create_index("notices_component", "notices", ["component", "at"])
    op.create_table(
        "journal",
        sa.Column("id", whole, primary_key=True),
        sa.Column("at", big, nullable=False),
        sa.Column("kind", text, nullable=False),
        sa.Column("detail", text, nullable=False),
    )
    op.create_table(
        "statements",
        sa.Column("agreement", text, primary_key=True),
        sa.Column("period", text, primary_key=True),
        sa.Column("edition", whole, primary_key=True),
        sa.Column("sealed_at", big, nullable=False),
        sa.Column("reason", text, nullable=False),
        sa.Column("document", text, nullable=False),
    )
    op.create_table(
        "labels",
        sa.Column("id", whole, primary_key=True),
        sa.Column("at", big, nullable=False),
        sa.Column("component", text, nullable=False),
        sa.Column("start", big, nullable=False),
        sa.Column("end", big, nullable=False),
        sa.Column("kind", text, nullable=False),
        sa.Column("by", text, nullable=False),
        sa.Column("why", text, nullable=False),
    )
    op.create_table(
        "events",
        sa.Column("id", whole, primary_key=True),
        sa.Column("account", text, nullable=False),
        sa.Column("subject", text, nullable=False),
        sa.Column("number", whole, nullable=False),
        sa.Column("at", big, nullable=False),
        sa.Column("by", text, nullable=False),
        sa.Column("step", text, nullable=False),
        sa.Column("texts", text, nullable=False),
        sa.Column("said", text, nullable=False),
        sa.UniqueConstraint("subject", "number"),
    )
