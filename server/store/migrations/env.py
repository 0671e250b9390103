"""What Alembic runs: the migrations, in the transaction that ``server/store/schema.py`` gives."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
context.run_migrations()
