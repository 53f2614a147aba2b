"""The first schema of the people store. Its audit trail refuses whoever would change it."""

from alembic import op

from monitor.store.people_tables import META

revision = "p001"
down_revision = None


def upgrade() -> None:
    """Make the tables as they are declared; the next step will freeze this one."""
    META.create_all(op.get_bind())
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER audit_no_{verb.lower()} BEFORE {verb} ON audit"
            " BEGIN SELECT RAISE(ABORT, 'the audit trail is only appended to'); END"
        )
