"""The first schema of the people store. Its audit trail refuses whoever would change it."""

import sqlalchemy as sa
from alembic import op

revision = "p001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    big, text = sa.BigInteger, sa.Text
    op.create_table(
        "operators",
        sa.Column("name", text, primary_key=True),
        sa.Column("shown", text, nullable=False),
        sa.Column("role", text, nullable=False),
        sa.Column("password", text, nullable=False),
        sa.Column("secret", text),
        sa.Column("step", big, nullable=False),
        sa.Column("disabled", sa.Boolean, nullable=False),
        sa.Column("created", big, nullable=False),
    )
    op.create_table(
        "sessions",
        sa.Column("digest", text, primary_key=True),
        sa.Column("operator", text, nullable=False),
        sa.Column("created", big, nullable=False),
        sa.Column("seen", big, nullable=False),
        sa.Column("address", text, nullable=False),
    )
    op.create_table(
        "places",
        sa.Column("operator", text, primary_key=True),
        sa.Column("network", text, primary_key=True),
        sa.Column("seen", big, nullable=False),
    )
    op.create_table(
        "tokens",
        sa.Column("id", text, primary_key=True),
        sa.Column("digest", text, nullable=False, unique=True),
        sa.Column("operator", text, nullable=False),
        sa.Column("by", text, nullable=False),
        sa.Column("scopes", text, nullable=False),
        sa.Column("created", big, nullable=False),
        sa.Column("expires", big),
        sa.Column("used", big),
        sa.Column("revoked", big),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at", big, nullable=False),
        *(sa.Column(name, text, nullable=False) for name in ("who", "way", "address", "what", "about", "detail")),
    )
    op.create_index("audit_who", "audit", ["who", "id"])
    op.create_table(
        "answers",
        sa.Column("token", text, primary_key=True),
        sa.Column("key", text, primary_key=True),
        sa.Column("asked", text, nullable=False),
        sa.Column("plan", text, nullable=False),
        sa.Column("answer", text),
        sa.Column("at", big, nullable=False),
    )
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER audit_no_{verb.lower()} BEFORE {verb} ON audit"
            " BEGIN SELECT RAISE(ABORT, 'the audit trail is only appended to'); END"
        )
