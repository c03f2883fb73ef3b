"""What Alembic runs: the caller's connection and transaction, nothing else."""

from alembic import context

from molpipe.store.migrate import VERSION_TABLE
from molpipe.store.schema import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    version_table=VERSION_TABLE,
)
with context.begin_transaction():
    context.run_migrations()
