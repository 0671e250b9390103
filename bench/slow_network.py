"""A slow network between a browser and a server: a proxy that delays, and shares one bandwidth among all connections.

A browser's own throttling does not reach what workers and service workers fetch.
"""

import asyncio
import contextlib
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

CHUNK_BYTES = 4096
# What waits in a router's queue keeps a link busy while the sender pauses.
QUEUE_S = 0.1


@dataclass
class SlowNetwork:
    """What has gone through the proxy.

    Attributes:
        url: The proxy's address, for the browser.
        bytes_down: Bytes sent to the browser so far, with their headers.
        requests: First lines of the requests, in order.
    """

    url: str = ""
    bytes_down: int = 0
    requests: list[str] = field(default_factory=list)


class _Link:
    """One direction: bytes leave one after another, in the order in which they come."""

    def __init__(self, bits_per_second: float, delay_s: float) -> None:
        self._seconds_per_byte = 8 / bits_per_second
        self._delay_s = delay_s
        self._free_at = 0.0

    async def carry(self, count: int) -> None:
        """Wait until so many bytes have been sent."""
        self._free_at = max(self._free_at, time.monotonic() - QUEUE_S) + count * self._seconds_per_byte
        await asyncio.sleep(max(0.0, self._free_at - time.monotonic()))

    async def delay(self) -> None:
        """Wait for a signal to travel one way."""
        await asyncio.sleep(self._delay_s)


async def _copy(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, link: _Link, network: SlowNetwork, *, is_down: bool
) -> None:
    with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
        while chunk := await reader.read(CHUNK_BYTES):
            if is_down:
                network.bytes_down += len(chunk)
                await link.carry(len(chunk))
            else:
                await link.delay()
                if chunk.startswith((b"GET ", b"POST ", b"HEAD ", b"PUT ")):
                    network.requests.append(chunk.split(b"\r\n", 1)[0].decode("latin-1"))
            writer.write(chunk)
            await writer.drain()
    with contextlib.suppress(Exception):
        writer.close()


@contextlib.contextmanager
def slow_network(server_url: str, *, bits_per_second: float, latency_s: float) -> Iterator[SlowNetwork]:
    """Run the proxy while the context lasts.

    Args:
        server_url: Of the server behind it.
        bits_per_second: From the server to the browser, of all connections together.
        latency_s: Of a round trip.

    Yields:
        What goes through it.
    """
    network = SlowNetwork()
    target = urlsplit(server_url)
    link = _Link(bits_per_second, latency_s)
    loop = asyncio.new_event_loop()
    tasks: set[asyncio.Task[None]] = set()

    async def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # A connection takes a round trip of its own before the first request.
        await link.delay()
        there_reader, there_writer = await asyncio.open_connection(target.hostname, target.port)
        pairs = ((reader, there_writer, False), (there_reader, writer, True))
        for source, sink, is_down in pairs:
            task = asyncio.ensure_future(_copy(source, sink, link, network, is_down=is_down))
            tasks.add(task)
            task.add_done_callback(tasks.discard)

    # In a thread of its own: Playwright has a loop in the caller's.
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(asyncio.start_server(connect, "127.0.0.1", 0), loop).result()
    network.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    try:
        yield network
    finally:

        async def stop() -> None:
            server.close()
            for task in list(tasks):
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            loop.stop()

        asyncio.run_coroutine_threadsafe(stop(), loop)
        thread.join(5)
