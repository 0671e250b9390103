"""A real server is stopped under load: each request is answered or refused with ``stopping``, and nothing is lost."""

import asyncio
import signal
from collections import Counter

import pytest
from websockets.exceptions import ConnectionClosed

from bench.load.client import Client
from bench.load.processes import free_port
from bench.load.room import POOL, QUESTION, Taught, held, join
from tests.support.raw_websocket import RawWebSocket
from tests.support.server import WAIT_SECONDS, ServerProcess

CLIENTS = 12
ROOM = "KIWI-42"


class Pupil:
    """Asks and adds without a pause, and stops asking when it is told to wait."""

    def __init__(self, url: str, taught: Taught) -> None:
        self._url = url
        self._taught = taught
        self.outcomes: Counter[str] = Counter()

    async def go_on(self) -> None:
        client, _ = await join(self._url, ROOM)
        while "stopping" not in self.outcomes and "ended" not in self.outcomes:
            data, which = self._taught.example()
            if await self._ask(client, "addExample", data, which) == "ok":
                self._taught.by_id[data["id"]] = which
                await self._ask(client, "classify", QUESTION, which)
        await asyncio.wait_for(client.closed, WAIT_SECONDS)

    async def _ask(self, client: Client, event: str, data: dict, which: int) -> str:
        try:
            answer, _ = await asyncio.wait_for(client.ask(event, data, POOL[which]), WAIT_SECONDS)
            outcome = "ok" if answer["ok"] else answer["error"]["code"]
        except ConnectionError:
            outcome = "ended"
        self.outcomes[outcome] += 1
        return outcome


@pytest.mark.parametrize("stop_signal", [signal.SIGTERM, signal.SIGINT])
def test_stop_under_load__answers_or_refuses_all_and_keeps_what_was_acknowledged(page, tmp_path, stop_signal):
    options = ("--page", str(page), "--data", str(tmp_path / "data"), "--requests-per-second", "100000")
    port = free_port()
    server = ServerProcess(*options, port=port)

    async def lesson() -> tuple[list[Pupil], Taught]:
        taught = Taught()
        pupils = [Pupil(server.url, taught) for _ in range(CLIENTS)]
        tasks = [asyncio.create_task(pupil.go_on()) for pupil in pupils]
        while min(pupil.outcomes["ok"] for pupil in pupils) < 10:
            await asyncio.sleep(0.01)
            assert not any(task.done() for task in tasks)
        server.process.send_signal(stop_signal)
        await asyncio.gather(*tasks)
        return pupils, taught

    pupils, taught = asyncio.run(lesson())
    assert server.process.wait(WAIT_SECONDS) == 0
    assert server.close() == ""
    for pupil in pupils:
        assert set(pupil.outcomes) == {"ok", "stopping"}
        assert pupil.outcomes["stopping"] == 1
    again = ServerProcess(*options, port=port)
    try:
        found = asyncio.run(held(again.url, ROOM, taught.by_id))
        assert found.is_right, str(found)
        assert found.count == len(taught.by_id), "what was refused is not there"
    finally:
        again.close()


def test_stop__closes_websockets_with_service_restart(start_server):
    server = start_server()
    with RawWebSocket(server.url) as websocket:
        websocket.receive(WAIT_SECONDS)
        websocket.send("40")
        server.process.send_signal(signal.SIGTERM)
        with pytest.raises(ConnectionClosed) as caught:
            all(websocket.receive(WAIT_SECONDS) for _ in range(100))
        assert caught.value.rcvd.code == 1012


def test_second_signal__ends_at_once(start_server):
    """A client that heeds no refusal keeps the stop going; the second signal does not wait for it."""
    server = start_server("--requests-per-second", "100000")

    async def annoy() -> None:
        client, _ = await join(server.url, ROOM)
        server.process.send_signal(signal.SIGTERM)
        while (await client.ask("getCountByLabel", {}))[0]["ok"]:
            pass
        server.process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(client.closed, WAIT_SECONDS)

    asyncio.run(annoy())
    assert server.process.wait(WAIT_SECONDS) == -signal.SIGTERM


def test_client_that_heeds_no_refusal__does_not_keep_the_server_up(start_server):
    server = start_server("--requests-per-second", "100000")

    async def annoy() -> Counter:
        client, _ = await join(server.url, ROOM)
        server.process.send_signal(signal.SIGTERM)
        outcomes: Counter[str] = Counter()
        while True:
            try:
                answer, _ = await client.ask("getCountByLabel", {})
            except ConnectionError:
                return outcomes
            outcomes["ok" if answer["ok"] else answer["error"]["code"]] += 1

    outcomes = asyncio.run(annoy())
    assert outcomes["stopping"] > 0
    assert server.process.wait(WAIT_SECONDS) == 0
