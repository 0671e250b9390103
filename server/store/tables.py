"""The store's tables, as SQLAlchemy Core. The migrations make them; a test compares both."""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    ForeignKey,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
)

METADATA: Final = MetaData()


def _of_room() -> "Column[str]":
    return Column("room", Text, ForeignKey("rooms.code", ondelete="CASCADE"), nullable=False)


#: The rooms. ``bytes`` is what their rows take, counted as they are written; ``room`` elsewhere is ``code`` here.
ROOMS: Final = Table(
    "rooms",
    METADATA,
    Column("code", Text, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("created_at", Float, nullable=False),
    Column("used_at", Float, nullable=False),
)
#: The facts after a room's snapshot; ``data`` is JSON without what is in the two tables below.
FACTS: Final = Table(
    "facts",
    METADATA,
    _of_room(),
    Column("seq", BigInteger, nullable=False),
    Column("event", Text, nullable=False),
    Column("data", Text, nullable=False),
    Column("crc", BigInteger, nullable=False),
    PrimaryKeyConstraint("room", "seq"),
    sqlite_with_rowid=False,
)
#: One embedding a fact: float32, little-endian. It is written once, and stays when a snapshot takes its fact's place.
EMBEDDINGS: Final = Table(
    "embeddings",
    METADATA,
    _of_room(),
    Column("seq", BigInteger, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("crc", BigInteger, nullable=False),
    PrimaryKeyConstraint("room", "seq"),
)
#: Other bytes of a fact, e.g. a thumbnail, each under its key. They stay as long as the fact's embedding does.
ATTACHMENTS: Final = Table(
    "attachments",
    METADATA,
    _of_room(),
    Column("seq", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("crc", BigInteger, nullable=False),
    PrimaryKeyConstraint("room", "seq", "name"),
)
#: A room's newest snapshot; ``data`` is compressed JSON.
SNAPSHOTS: Final = Table(
    "snapshots",
    METADATA,
    Column("room", Text, ForeignKey("rooms.code", ondelete="CASCADE"), primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("crc", BigInteger, nullable=False),
)
#: One row: the store's own name; a backup that is restored gets another.
IDENTITY: Final = Table("identity", METADATA, Column("id", Text, primary_key=True))
#: One row, which is written to see whether the disk takes anything.
PROBES: Final = Table(
    "probes",
    METADATA,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Float, nullable=False),
)
