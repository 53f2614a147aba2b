"""The first schema of what is to be told to whom."""

from alembic import op

from monitor.store.telling_tables import META

revision = "t001"
down_revision = None


def upgrade() -> None:
    """Make the tables as they are declared; the next step will freeze this one."""
    META.create_all(op.get_bind())
