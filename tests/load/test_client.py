"""The load generator against a real server: it must see what is lost, doubled, changed and refused."""

import asyncio

import pytest

from bench.load.client import frame, read_packet
from bench.load.room import POOL, D, Held, held, join, teach
from bench.load.scenarios import is_refusal, quantile


def test_room__holds_what_was_taught_and_announces_it_whole(start_server):
    server = start_server("--requests-per-second", "100000")

    async def run():
        announced = []
        teacher, answer = await join(server.url)
        pupil, _ = await join(server.url, answer["room"], lambda *what: announced.append(what))
        taught = await teach(teacher, 60)
        found = await held(server.url, answer["room"], taught.by_id)
        with pytest.raises(RuntimeError, match="badK"):
            await teacher.call("classify", {"k": 0}, POOL[0])
        for client in (teacher, pupil):
            client.close()
            await client.closed
        return taught, found, announced, teacher.faults

    taught, found, announced, faults = asyncio.run(run())
    assert len(taught.by_id) == found.count == 60
    assert found.is_right, str(found)
    examples = [(data, attachments) for event, data, attachments in announced if event == "exampleAdded"]
    assert {data["id"] for data, _ in examples} == set(taught.by_id)
    assert all([len(one) for one in attachments] == [4 * D] for _, attachments in examples)
    assert faults == []


def test_held__sees_what_is_lost_doubled_and_changed():
    acknowledged = {"a": 0, "b": 1, "c": 2}
    found = Held([("a", POOL[0]), ("a", POOL[0]), ("b", POOL[2])], acknowledged)
    assert (found.lost, found.doubled, found.changed) == (["c"], ["a"], ["b"])
    assert not found.is_right
    assert Held([("a", POOL[0])], {"a": 0}).is_right


def test_client__a_server_that_is_gone_is_an_error_of_every_request(start_server):
    server = start_server()

    async def run():
        client, _ = await join(server.url)
        waiting = client.ask("classify", {"k": 1}, POOL[0])
        client.close()
        with pytest.raises(ConnectionError):
            await waiting
        await client.closed
        with pytest.raises(ConnectionError):
            await client.ask("classify", {"k": 1}, POOL[0])

    asyncio.run(run())


def test_packets():
    assert read_packet('43123[{"ok":true}]') == ("43", 0, 123, [{"ok": True}])
    assert len(frame(2, bytes(5120))) == 4 + 4 + 5120
    assert len(frame(2, bytes(70_000))) == 10 + 4 + 70_000
    assert is_refusal({"ok": False})
    assert not is_refusal({"_placeholder": True, "num": 0})
    assert quantile([float(i) for i in range(1, 101)], 0.95) == 95
