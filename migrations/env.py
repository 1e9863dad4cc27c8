"""Alembic's environment: always over a connection that the caller has opened."""

from alembic import context

from lebailleur.migrating import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata(),
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
