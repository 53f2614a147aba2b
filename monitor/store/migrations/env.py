"""What Alembic runs: the steps, on the connection that was handed over."""

from alembic import context

from monitor.store.tables import META

context.configure(connection=context.config.attributes["connection"], target_metadata=META)
with context.begin_transaction():
    context.run_migrations()
