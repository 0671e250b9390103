"""A name of the store's own: what has it was there, and is not there any more, was deleted and not lost."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "002"
down_revision = "001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Give the store its name."""
    table = op.create_table("identity", sa.Column("id", sa.Text, primary_key=True))
    op.bulk_insert(table, [{"id": secrets.token_hex(4)}])
