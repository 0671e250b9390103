"""A name on the network, by multicast DNS: a phone opens ``https://show-and-tell.local:8000/`` instead of numbers.

Many school networks forbid it, and some phones don't look it up, so it comes beside the address and never instead.
Only ``server/__main__.py`` and tests import this module.
"""

import contextlib
import logging
import threading
from collections.abc import Iterable
from typing import Final

import zeroconf
from zeroconf import AddressResolver  # type: ignore[attr-defined]  # not in its __all__

SERVICE: Final = "_https._tcp.local."
#: How long another machine that has the name may take to say so: none repeats within a second what it just said.
TAKEN_MILLISECONDS: Final = 1500
WAIT_SECONDS: Final = 10


class NetworkName:
    """The first of some names that no other machine has, announced in the background until ``stop``.

    Args:
        candidates: Names that end in ".local", the best first.
        addresses: This machine's on its networks (IPv4); without one nothing is announced.
        port: The server's.
    """

    def __init__(self, candidates: Iterable[str], addresses: Iterable[str], port: int) -> None:
        self._candidates = list(candidates)
        self._addresses = list(addresses)
        self._port = port
        self._name: str | None = None
        self._problem: Exception | None = None
        self._zeroconf: zeroconf.Zeroconf | None = None
        # What it can't send is no business of the person at the terminal.
        logging.getLogger("zeroconf").setLevel(logging.ERROR)
        self._thread = threading.Thread(target=self._announce, name="network name", daemon=True)
        self._thread.start()

    def wait(self) -> str | None:
        """Return the name once it is announced; None, and one line in the log, if it can't be."""
        self._thread.join(WAIT_SECONDS)
        if self._problem:
            logging.getLogger(__name__).warning("The network takes no name for this server: %s", self._problem)
        return self._name

    def stop(self) -> None:
        """Take the name back."""
        self._thread.join(WAIT_SECONDS)
        if self._zeroconf:
            with contextlib.suppress(OSError, zeroconf.Error, TimeoutError):
                self._zeroconf.unregister_all_services()
            self._zeroconf.close()

    def _announce(self) -> None:
        if not self._addresses:
            return
        try:
            self._zeroconf = zeroconf.Zeroconf(interfaces=self._addresses)
            free = next((name for name in self._candidates if not self._is_taken(self._zeroconf, name)), None)
            if free:
                self._register(self._zeroconf, free)
                self._name = free
        except (OSError, zeroconf.Error, TimeoutError) as error:
            self._problem = error

    def _is_taken(self, network: zeroconf.Zeroconf, name: str) -> bool:
        resolver = AddressResolver(f"{name}.")
        resolver.request(network, TAKEN_MILLISECONDS)
        return not set(resolver.parsed_addresses(zeroconf.IPVersion.V4Only)) <= set(self._addresses)

    def _register(self, network: zeroconf.Zeroconf, name: str) -> None:
        service = zeroconf.ServiceInfo(
            SERVICE,
            f"Show & Tell on {name.removesuffix('.local')}.{SERVICE}",
            port=self._port,
            parsed_addresses=self._addresses,
            server=f"{name}.",
            properties={"path": "/"},
        )
        network.register_service(service, allow_name_change=True)
