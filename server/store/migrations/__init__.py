"""The tables of each version of the store, for Alembic."""
