"""``kill -9`` of a worker, of Redis and of PostgreSQL under load: nothing acknowledged is lost, and all go on."""

import asyncio
import time

import pytest

from bench.load.kills import Pupil
from bench.load.room import Taught, held, join

PUPILS = 9
BACK_SECONDS = 60
#: Clear refusals, which clients answer by trying again.
REFUSALS = {"notSaved", "notOpened"}


async def until_all_went_on(pupils, times=3):
    before = [pupil.acknowledged for pupil in pupils]
    deadline = time.monotonic() + BACK_SECONDS
    while any(pupil.acknowledged < was + times for pupil, was in zip(pupils, before, strict=True)):
        assert time.monotonic() < deadline, [pupil.acknowledged for pupil in pupils]
        await asyncio.sleep(0.05)


async def under_load(school, harm, mend):
    """Let pupils at all workers add to one room while something is killed, and again once it is mended."""
    taught = Taught()
    first, answer = await join(school.url)
    await taught.add(first)
    first.close()
    room = answer["room"]
    pupils = [Pupil(f"{school.url}?room={number}", room, taught, number) for number in range(PUPILS)]
    tasks = [asyncio.create_task(pupil.go_on()) for pupil in pupils]
    try:
        await until_all_went_on(pupils)
        refused_before = [refusal for pupil in pupils for refusal in pupil.refused]
        await asyncio.to_thread(harm)
        await asyncio.sleep(1)
        await asyncio.to_thread(mend)
        await until_all_went_on(pupils)
        acknowledged = dict(taught.by_id)
        found = [await held(f"{school.url}?room={number}", room, acknowledged) for number in range(PUPILS)]
    finally:
        pending = set(tasks)
        while pending:
            for task in pending:
                task.cancel()
            _, pending = await asyncio.wait(pending, timeout=1)
    assert refused_before == []
    assert [str(each) for each in found if not each.is_right] == []
    assert len(acknowledged) > 6 * PUPILS
    return [refusal for pupil in pupils for refusal in pupil.refused]


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_killed_worker__its_clients_go_on_at_others(school, number):
    refused = asyncio.run(under_load(school, lambda: school.kill(number), lambda: None))
    assert refused == []
    school.restart(number)
    assert {client.join()["ok"] for client in school.spread()} == {True}


def test_a_stopped_worker__its_clients_are_told_and_go_on_at_others(school):
    process = school.workers[0].process

    def stop():
        process.terminate()
        assert process.wait(35) == 0

    refused = asyncio.run(under_load(school, stop, lambda: school.restart(0)))
    assert set(refused) <= {"stopping"}


def test_killed_redis__all_goes_on(school):
    assert asyncio.run(under_load(school, school.redis.kill, school.redis.start)) == []


def test_killed_postgresql__refused_clearly_and_then_all_goes_on(school):
    refused = asyncio.run(under_load(school, school.database.kill, school.database.start))
    assert refused, "somebody was told"
    assert set(refused) <= REFUSALS
