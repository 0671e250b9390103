"""What the store does within one transaction, as statements. The other modules of this folder run them."""

import secrets
from collections.abc import Iterable, Sequence
from typing import Any, Final

import numpy as np
from sqlalchemy import Connection, Table, bindparam, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from server.store.encoding import (
    FactRow,
    as_embedding,
    check_crc,
    data_crc,
    decode_fact,
    decode_snapshot,
    fact_crc,
)
from server.store.facts import Fact, Position, RoomSummary, Snapshot, StoredRoom
from server.store.storage_error import DamagedRowError
from server.store.tables import ATTACHMENTS, EMBEDDINGS, FACTS, IDENTITY, PROBES, ROOMS, SNAPSHOTS

#: How many rows are fetched at once: enough to be quick, few enough to need no second copy of a room.
FETCHED: Final = 500
#: Made once: it is asked before each answer.
POSITIONS: Final = select(ROOMS.c.code, ROOMS.c.created_at, ROOMS.c.seq).where(
    ROOMS.c.code.in_(bindparam("codes", expanding=True))
)


def append(connection: Connection, appends: Iterable[tuple[str, Sequence[FactRow]]], now: float) -> list[int]:
    """Write facts behind those that each room has, and return the number of each append's last fact.

    Args:
        connection: One that writes.
        appends: Room code and facts. A room that is not there is made.
        now: When they came.
    """
    appends = list(appends)
    sums: dict[str, tuple[int, int]] = {}
    for code, rows in appends:
        count, size = sums.get(code, (0, 0))
        sums[code] = (count + len(rows), size + sum(row.bytes for row in rows))
    last_of = {code: _advance(connection, code, *sums[code], now) - sums[code][0] for code in sums}
    lasts = []
    facts: list[dict[str, Any]] = []
    embeddings: list[dict[str, Any]] = []
    attachments: list[dict[str, Any]] = []
    for code, rows in appends:
        last = last_of[code] = last_of[code] + len(rows)
        lasts.append(last)
        for seq, row in enumerate(rows, last - len(rows) + 1):
            key = {"room": code, "seq": seq}
            facts.append({**key, "event": row.event, "data": row.data, "crc": fact_crc(row.event, row.data)})
            if row.embedding is not None:
                embeddings.append({**key, "data": row.embedding, "crc": data_crc(row.embedding)})
            for name, data in row.attachments.items():
                attachments.append({**key, "name": name, "data": data, "crc": data_crc(data)})
    for table, values in ((FACTS, facts), (EMBEDDINGS, embeddings), (ATTACHMENTS, attachments)):
        if values:
            connection.execute(insert(table), values)
    return lasts


def lock_room(connection: Connection, code: str, now: float) -> tuple[Position, float]:
    """Let no other transaction change a room, which is made if missing; return how far it is and when it was used."""
    query = select(ROOMS.c.created_at, ROOMS.c.seq, ROOMS.c.used_at).where(ROOMS.c.code == code).with_for_update()
    row = connection.execute(query).one_or_none()
    if row is None:
        make = _upsert(connection, ROOMS).values(code=code, seq=0, bytes=0, created_at=now, used_at=now)
        connection.execute(make.on_conflict_do_nothing())
        row = connection.execute(query).one()
    return Position(row.created_at, row.seq), row.used_at


def positions(connection: Connection, codes: Sequence[str]) -> dict[str, Position]:
    """Return how far each room is that is there."""
    found = connection.execute(POSITIONS, {"codes": codes})
    return {row.code: Position(row.created_at, row.seq) for row in found}


def load_room(connection: Connection, code: str) -> StoredRoom | None:
    """Return a room; None where there is none.

    Raises:
        DamagedRowError: Where a row's content is not what was written, or one is missing.
    """
    room = connection.execute(select(ROOMS).where(ROOMS.c.code == code)).one_or_none()
    if room is None:
        return None
    snapshot = _load_snapshot(connection, code)
    after = snapshot.seq if snapshot else 0
    facts = facts_after(connection, code, after)
    if len(facts) != room.seq - after:
        raise DamagedRowError(f"{room.seq - after - len(facts)} missing rows of the table facts")
    return StoredRoom(code, room.seq, snapshot, facts, room.created_at, room.used_at)


def snapshot_seq(connection: Connection, code: str) -> int:
    """Return the number of the last fact in a room's snapshot; 0 where it has none."""
    return connection.execute(select(SNAPSHOTS.c.seq).where(SNAPSHOTS.c.room == code)).scalar_one_or_none() or 0


def facts_after(connection: Connection, code: str, seq: int) -> list[Fact]:
    """Return a room's facts after one, oldest first.

    Raises:
        DamagedRowError: Where a row's content is not what was written.
    """
    embeddings = {
        number: _checked(data, crc, "embeddings", number)
        for number, data, crc in _rows(connection, EMBEDDINGS, code, EMBEDDINGS.c.seq > seq)
    }
    attachments: dict[int, dict[str, bytes]] = {}
    for number, name, data, crc in _rows(connection, ATTACHMENTS, code, ATTACHMENTS.c.seq > seq):
        attachments.setdefault(number, {})[name] = _checked(data, crc, "attachments", number)
    facts = []
    for number, event, data, crc in _rows(connection, FACTS, code, FACTS.c.seq > seq):
        check_crc(fact_crc(event, data), crc, "facts", number)
        facts.append(decode_fact(event, data, embeddings.get(number), attachments.get(number, {})))
    return facts


def attachment(connection: Connection, code: str, seq: int, name: str) -> bytes | None:
    """Return what is attached to a fact under a name; None where nothing is."""
    here = (ATTACHMENTS.c.room == code) & (ATTACHMENTS.c.seq == seq) & (ATTACHMENTS.c.name == name)
    row = connection.execute(select(ATTACHMENTS.c.data, ATTACHMENTS.c.crc).where(here)).one_or_none()
    return None if row is None else _checked(row.data, row.crc, "attachments", seq)


def put_snapshot(
    connection: Connection, code: str, seq: int, data: bytes, kept: Sequence[int], life: float | None = None
) -> bool:
    """Let a snapshot take the place of the facts in it, and delete the embeddings that it does not name.

    Args:
        connection: One that writes.
        code: The room's.
        seq: The number of the last fact in it.
        data: The snapshot, encoded.
        kept: The numbers of the facts whose embeddings and attachments stay.
        life: Which life of the room it is of; see ``Position``. None: there is only one.

    Returns:
        False where the room is gone or has a newer snapshot; nothing is changed then.

    Raises:
        ValueError: For a number that the room has no fact or no embedding of.
    """
    query = select(ROOMS.c.seq, ROOMS.c.created_at).where(ROOMS.c.code == code).with_for_update()
    room = connection.execute(query).one_or_none()
    if room is None or life not in (None, room.created_at) or snapshot_seq(connection, code) > seq:
        return False
    if seq > room.seq:
        raise ValueError(f"The snapshot came for fact {seq}; {room.seq} is the room's last.")
    here = set(
        connection.execute(select(EMBEDDINGS.c.seq).where(EMBEDDINGS.c.room == code, EMBEDDINGS.c.seq <= seq)).scalars()
    )
    if missing := set(kept) - here:
        raise ValueError(f"The snapshot names {len(missing)} embeddings that the store does not have.")
    for table in (FACTS, SNAPSHOTS):
        connection.execute(delete(table).where(table.c.room == code, table.c.seq <= seq))
    attached = connection.execute(
        select(ATTACHMENTS.c.seq).where(ATTACHMENTS.c.room == code, ATTACHMENTS.c.seq <= seq).distinct()
    ).scalars()
    for table, numbers in ((EMBEDDINGS, here), (ATTACHMENTS, set(attached))):
        for number in sorted(numbers - set(kept)):
            connection.execute(delete(table).where(table.c.room == code, table.c.seq == number))
    connection.execute(insert(SNAPSHOTS), {"room": code, "seq": seq, "data": data, "crc": data_crc(data)})
    connection.execute(update(ROOMS).where(ROOMS.c.code == code).values(bytes=_count_bytes(connection, code)))
    return True


def delete_room(connection: Connection, code: str, before: float | None = None) -> bool:
    """Delete a room with everything of it, unless it was used since a time; say whether it was deleted."""
    # The room's row first: who changes the room waits for it, and finds that it is gone.
    query = select(ROOMS.c.used_at).where(ROOMS.c.code == code).with_for_update()
    last_used = connection.execute(query).scalar_one_or_none()
    if last_used is None or (before is not None and last_used >= before):
        return False
    for table in (FACTS, EMBEDDINGS, ATTACHMENTS, SNAPSHOTS):
        connection.execute(delete(table).where(table.c.room == code))
    connection.execute(delete(ROOMS).where(ROOMS.c.code == code))
    return True


def used_at(connection: Connection, code: str) -> float | None:
    """Return when a room was last used; None where there is none."""
    return connection.execute(select(ROOMS.c.used_at).where(ROOMS.c.code == code)).scalar_one_or_none()


def delete_attachments(connection: Connection, code: str) -> None:
    """Delete what is attached to a room's facts."""
    connection.execute(delete(ATTACHMENTS).where(ATTACHMENTS.c.room == code))
    connection.execute(update(ROOMS).where(ROOMS.c.code == code).values(bytes=_count_bytes(connection, code)))


def touch_room(connection: Connection, code: str, now: float) -> None:
    """Note that a room is used."""
    connection.execute(update(ROOMS).where(ROOMS.c.code == code).values(used_at=now))


def summaries(connection: Connection) -> list[RoomSummary]:
    """Return all rooms, by their codes."""
    columns = (ROOMS.c.code, ROOMS.c.created_at, ROOMS.c.used_at, ROOMS.c.bytes, ROOMS.c.seq)
    return [RoomSummary(*row) for row in connection.execute(select(*columns).order_by(ROOMS.c.code))]


def unused_since(connection: Connection, before: float) -> list[str]:
    """Return the codes of the rooms that were last used before a time."""
    return list(connection.execute(select(ROOMS.c.code).where(ROOMS.c.used_at < before)).scalars())


def identity(connection: Connection) -> str:
    """Return the store's own name."""
    return str(connection.execute(select(IDENTITY.c.id)).scalar_one())


def renew_identity(connection: Connection) -> None:
    """Give the store another name."""
    connection.execute(update(IDENTITY).values(id=secrets.token_hex(4)))


def probe(connection: Connection, now: float) -> None:
    """Write one small row."""
    put = _upsert(connection, PROBES).values(id=1, at=now)
    connection.execute(put.on_conflict_do_update(index_elements=["id"], set_={"at": now}))


def _advance(connection: Connection, code: str, count: int, size: int, now: float) -> int:
    put = _upsert(connection, ROOMS).values(code=code, seq=count, bytes=size, created_at=now, used_at=now)
    more = {"seq": ROOMS.c.seq + count, "bytes": ROOMS.c.bytes + size, "used_at": now}
    put = put.on_conflict_do_update(index_elements=["code"], set_=more)
    return int(connection.execute(put.returning(ROOMS.c.seq)).scalar_one())


def _upsert(connection: Connection, table: Table) -> Any:
    return (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(table)


def _rows(connection: Connection, table: Table, code: str, where: Any) -> Iterable[Any]:
    """Yield a room's rows of a table in the order of the facts, without the room's code."""
    columns = [column for column in table.c if column.name != "room"]
    query = select(*columns).where(table.c.room == code, where).order_by(table.c.seq)
    return connection.execute(query.execution_options(yield_per=FETCHED))


def _load_snapshot(connection: Connection, code: str) -> Snapshot | None:
    row = connection.execute(select(SNAPSHOTS).where(SNAPSHOTS.c.room == code)).one_or_none()
    if row is None:
        return None
    state, keys = decode_snapshot(_checked(row.data, row.crc, "snapshots", row.seq))
    places = {key: place for place, key in enumerate(keys)}
    matrix = np.empty((0, 0), np.float32)
    found = 0
    for number, data, crc in _rows(connection, EMBEDDINGS, code, EMBEDDINGS.c.seq <= row.seq):
        check_crc(data_crc(data), crc, "embeddings", number)
        embedding = as_embedding(data)
        if not found:
            matrix = np.empty((len(keys), embedding.size), np.float32)
        if number not in places or embedding.size != matrix.shape[1]:
            raise DamagedRowError(f"row {number} of the table embeddings")
        matrix[places[number]] = embedding
        found += 1
    if found != len(keys):
        raise DamagedRowError(f"{len(keys) - found} missing rows of the table embeddings")
    return Snapshot(row.seq, state, keys, matrix)


def _checked(data: bytes, crc: int, table: str, seq: int) -> bytes:
    check_crc(data_crc(data), crc, table, seq)
    return data


def _count_bytes(connection: Connection, code: str) -> int:
    total = 0
    for table in (FACTS, EMBEDDINGS, ATTACHMENTS, SNAPSHOTS):
        query = select(func.coalesce(func.sum(func.length(table.c.data)), 0)).where(table.c.room == code)
        total += int(connection.execute(query).scalar_one())
    return total
