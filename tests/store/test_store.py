"""What a store keeps, it gives back: facts, snapshots, rooms. On SQLite and on PostgreSQL."""

import numpy as np
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, text

from server.store import store as store_module
from server.store.database import FILE, parse_url
from server.store.facts import Fact
from server.store.schema import NEWEST
from server.store.storage_error import StorageError
from server.store.store import Store
from server.store.tables import METADATA
from tests.support.store.facts import added, opened, plain

WAIT = 30


def seconds(time: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.time", lambda: time)


def test_load__nothing_of_a_room_that_is_not_there(store):
    assert store.load("KIWI-42") is None
    assert not store.exists("KIWI-42")
    assert store.rooms() == []


def test_append__is_loaded_in_order_after_a_restart(place, open_store):
    first = open_store(place)
    facts = [opened("cat"), added(1), Fact("configured", {"settings": {"k": 3}}), added(2, thumbnail=b"\xff\xd8")]
    assert first.append("KIWI-42", facts[:2]).result(WAIT) == 2
    assert first.append("KIWI-42", facts[2:]).result(WAIT) == 4
    first.close()

    room = open_store(place).load("KIWI-42")
    assert (room.code, room.seq, room.snapshot) == ("KIWI-42", 4, None)
    assert plain(room.facts) == plain(facts)
    embedding = room.facts[1].data["embedding"]
    assert embedding.dtype == np.float32
    assert not embedding.flags.writeable


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.text(min_size=1), st.dictionaries(st.text().filter(lambda key: key != "embedding"), json_values)),
        max_size=4,
    )
)
def test_append__keeps_any_json(store, contents):
    """Also NUL, halves of surrogate pairs, and other texts that databases refuse."""
    before = store.load("ANY")
    facts = [Fact(event.replace("\0", "0").encode("utf-8", "replace").decode(), data) for event, data in contents]
    store.append("ANY", facts).result(WAIT)
    assert store.load("ANY").facts == [*(before.facts if before else []), *facts]


def test_append__of_many_threads_keeps_the_order_of_each_room(store):
    futures = {code: [] for code in ("A", "B", "C")}
    for number in range(1, 101):
        for code, waiting in futures.items():
            waiting.append(store.append(code, [added(number)]))
    for code, waiting in futures.items():
        assert [future.result(WAIT) for future in waiting] == list(range(1, 101))
        assert [fact.data["revision"] for fact in store.load(code).facts] == list(range(1, 101))


def test_append__cant_be_cancelled(store):
    future = store.append("A", [added(1)])
    assert not future.cancel()
    assert future.result(WAIT) == 1


def test_load__waits_for_what_was_appended_before(store):
    futures = [store.append("A", [added(number)]) for number in range(50)]
    assert store.load("A").seq == 50
    assert all(future.done() for future in futures)


def test_append__after_close_is_refused(place, open_store):
    store = open_store(place)
    waiting = store.append("A", [added(1)])
    store.close()
    assert waiting.result(0) == 1, "what waited was written"
    with pytest.raises(StorageError, match="stopping"):
        store.append("A", [added(2)]).result(WAIT)


@pytest.mark.parametrize(
    "bad",
    [
        Fact("exampleAdded", {"embedding": np.zeros(3)}),
        Fact("exampleAdded", {"embedding": np.zeros((1, 3), np.float32)}),
        Fact("configured", {"settings": object()}),
        Fact("configured", {"k": float("nan")}),
    ],
    ids=["float64", "matrix", "object", "nan"],
)
def test_append__one_bad_room_harms_no_other(store, bad):
    facts = [
        ("GOOD", [added(1)]),
        ("BAD", [added(1)]),
        ("BAD", [added(2), bad]),
        ("BAD", [added(3)]),
        ("GOOD", [added(2)]),
    ]
    done: list[int] = []
    futures = [store.append(code, some) for code, some in facts]
    for number, future in enumerate(futures):
        future.add_done_callback(lambda _, number=number: done.append(number))
    errors = [future.exception(WAIT) for future in futures]
    assert [getattr(error, "code", None) for error in errors] == [None, None, "notSaved", "notSaved", None]
    assert store.append("BAD", [added(4)]).exception(WAIT).code == "notSaved", "until it is loaded"
    assert [number for number in done if facts[number][0] == "BAD"] == [1, 2, 3], "the order of the calls"
    assert [fact.data["revision"] for fact in store.load("BAD").facts] == [1]
    assert store.append("BAD", [added(5)]).result(WAIT) == 2
    assert [fact.data["revision"] for fact in store.load("GOOD").facts] == [1, 2]


def test_append__rooms_that_fail_together_are_tried_alone(place, open_store):
    """One room's row stands in the way of its next fact, as no room's should."""
    store = open_store(place)
    store.append("BAD", [added(1)]).result(WAIT)
    url = parse_url(place) if "://" in place else f"sqlite:///{place}/{FILE}"
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO facts VALUES ('BAD', 2, 'x', '{}', 0)"))
    engine.dispose()
    codes = ["A", "BAD", "C"] * 20
    futures = [(code, store.append(code, [added(1)])) for code in codes]
    assert {code for code, future in futures if future.exception(WAIT)} == {"BAD"}
    assert [code for code, future in futures if future.exception(WAIT) is None] == ["A", "C"] * 20
    assert store.load("A").seq == 20


def test_write_snapshot__takes_the_facts_place(store):
    facts = [added(number, thumbnail=bytes([number])) for number in range(1, 6)]
    store.append("A", [*facts, Fact("exampleRemoved", {"id": "example-2"})]).result(WAIT)
    before = store.rooms()[0].bytes
    assert store.write_snapshot("A", 6, {"classes": ["cat"]}, [4, 1, 3, 5])
    store.append("A", [added(7)]).result(WAIT)

    room = store.load("A")
    assert (room.seq, room.snapshot.seq, room.snapshot.state) == (7, 6, {"classes": ["cat"]})
    assert room.snapshot.embedding_keys == [4, 1, 3, 5]
    assert room.snapshot.embeddings.flags.c_contiguous
    expected = np.stack([facts[key - 1].data["embedding"] for key in (4, 1, 3, 5)])
    np.testing.assert_array_equal(room.snapshot.embeddings, expected)
    assert plain(room.facts) == plain([added(7)])
    assert store.attachment("A", 3, "thumbnail") == b"\x03"
    assert store.attachment("A", 2, "thumbnail") is None, "what was removed is gone"
    assert store.rooms()[0].bytes < before

    assert store.write_snapshot("A", 7, {"classes": []}, [])
    empty = store.load("A").snapshot
    assert (empty.state, empty.embedding_keys, empty.embeddings.shape) == ({"classes": []}, [], (0, 0))


def test_write_snapshot__that_is_old_or_wrong_changes_nothing(store):
    store.append("A", [added(1), added(2)]).result(WAIT)
    assert store.write_snapshot("A", 2, {"n": 2}, [1, 2])
    assert not store.write_snapshot("A", 1, {"n": 1}, [1])
    assert not store.write_snapshot("NONE", 1, {}, [])
    for seq, keys in ((3, [1]), (2, [7])):
        with pytest.raises(StorageError, match="can't be kept"):
            store.write_snapshot("A", seq, {"n": 3}, keys)
    with pytest.raises(StorageError, match="can't be kept"):
        store.write_snapshot("A", 2, {"n": object()}, [])
    assert store.load("A").snapshot.state == {"n": 2}


def test_facts_after__gives_what_is_new_or_says_that_there_is_a_gap(store):
    store.append("A", [added(number) for number in range(1, 5)]).result(WAIT)
    assert [fact.data["revision"] for fact in store.facts_after("A", 2)] == [3, 4]
    assert store.facts_after("A", 4) == []
    assert store.facts_after("A", 5) is None, "the room began anew"
    store.write_snapshot("A", 3, {}, [1, 2, 3])
    assert store.facts_after("A", 2) is None
    assert [fact.data["revision"] for fact in store.facts_after("A", 3)] == [4]
    assert {code: here.seq for code, here in store.positions(["A", "B"]).items()} == {"A": 4}
    store.append("A", [added(5)]).result(WAIT)
    assert store.positions(["A"])["A"].seq == 5, "asked again on the same connection"


def test_delete__a_room_of_the_same_code_begins_anew(store):
    store.append("A", [added(1, thumbnail=b"x")]).result(WAIT)
    store.append("B", [added(1)]).result(WAIT)
    store.write_snapshot("A", 1, {}, [1])
    assert store.delete("A")
    assert not store.delete("A")
    assert (store.exists("A"), store.exists("B")) == (False, True)
    assert store.append("A", [opened("dog")]).result(WAIT) == 1
    assert store.load("A").facts == [opened("dog")]


def test_times__decide_nothing_about_the_order(store, monkeypatch):
    """The clock jumps a year ahead, and back behind where it was."""
    for number, now in enumerate((1_000_000.0, 33_000_000.0, 500.0), 1):
        seconds(now, monkeypatch)
        assert store.append("A", [added(number)]).result(WAIT) == number
        store.check()
    seconds(700.0, monkeypatch)
    store.touch("A")
    room = store.load("A")
    assert [fact.data["revision"] for fact in room.facts] == [1, 2, 3]
    assert (room.created_at, room.used_at) == (1_000_000.0, 700.0)
    assert store.expired(700.0) == []
    assert store.expired(700.5) == ["A"]


def test_check__writes_where_no_commit_was_seen_lately(store, monkeypatch):
    monkeypatch.setattr(store_module, "FRESH_SECONDS", -1)
    store.check()
    store.check()


def test_observe__is_told_of_each_transaction_and_harms_none(place):
    seen = []

    def observe(took: float, facts: int) -> None:
        seen.append((took > 0, facts))
        raise RuntimeError("It has a fault.")

    store = Store.open(place, observe=observe)
    store.append("A", [added(1), added(2)]).result(WAIT)
    assert store.load("A").seq == 2
    store.close()
    assert seen == [(True, 2)]


def test_open__refuses_another_database_and_names_no_password():
    with pytest.raises(ValueError, match=r"begins with mysql://; postgresql\+psycopg:// was expected") as caught:
        Store.open("mysql://root:secret@db/rooms")
    assert "secret" not in str(caught.value)


def test_identity__is_kept_and_comes_to_a_store_of_the_first_version(place, open_store):
    first = open_store(place)
    first.append("A", [added(1)]).result(WAIT)
    assert open_again(place, open_store, first).identity == first.identity
    engine = create_engine(parse_url(place) if "://" in place else f"sqlite:///{place}/{FILE}")
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE identity"))
        connection.execute(text("UPDATE alembic_version SET version_num = '001'"))
    engine.dispose()
    upgraded = open_store(place)
    assert len(upgraded.identity) == len(first.identity)
    assert upgraded.identity != first.identity
    assert upgraded.load("A").seq == 1


def open_again(place, open_store, store):
    store.close()
    again = open_store(place)
    again.close()
    return again


def test_open__refuses_what_a_newer_program_made(place, open_store):
    open_store(place).close()
    url = parse_url(place) if "://" in place else f"sqlite:///{place}/{FILE}"
    engine = create_engine(url)
    with engine.begin() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, METADATA) == []
        assert context.get_current_revision() == NEWEST, "the newest migration is the program's version"
        connection.execute(text("UPDATE alembic_version SET version_num = '999'"))
    engine.dispose()
    with pytest.raises(StorageError, match="newer Show & Tell") as caught:
        open_store(place)
    assert caught.value.code == "newerStore"
    assert "999" in caught.value.message
