"""The addresses at which other devices reach this machine, best first.

``server/__main__.py`` prints them, ``server/api/classroom.py`` tells the page, and the certificate is made for them.
"""

import dataclasses
import ipaddress
import re
import socket
from collections.abc import Iterable
from typing import Any, Final

import ifaddr

#: Networks that exist only inside this machine: containers, virtual machines, tunnels.
VIRTUAL: Final = re.compile(
    r"(docker|br-|veth|virbr|vmnet|vboxnet|vnic|cni|flannel|cali|lxc|lxd|podman|utun|tun|tap|wg|zt|tailscale)"
    r"|.*(vethernet|virtualbox|vmware|hyper-v)",
    re.IGNORECASE,
)
#: Hosts that stand for all of a machine's addresses.
EVERY: Final = ("", "0.0.0.0", "::")  # noqa: S104  # compared with, not listened on

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclasses.dataclass(frozen=True)
class Address:
    """Where the server can be opened.

    Attributes:
        url: With a slash at its end.
        kind: "lan" for a network's address, "virtual" for one of a network inside the machine, "name" for a name on the
            network, "own" for one that only the machine itself can open.
    """

    url: str
    kind: str


def lan_address() -> str | None:
    """Return the address that this machine uses on its network; None if it is on none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # reserved for documentation; nothing is sent
            address = str(probe.getsockname()[0])
        except OSError:
            return None
    return None if address.startswith("127.") else address


def interface_addresses() -> list[tuple[str, str]]:
    """Return (interface, address) of every interface, loopback included; none where they can't be read."""
    try:
        adapters = list(ifaddr.get_adapters())
    except OSError:
        return []
    return [(adapter.nice_name, str(_plain(ip.ip))) for adapter in adapters for ip in adapter.ips]


def _plain(ip: Any) -> str:
    return str(ip if isinstance(ip, str) else ip[0])  # IPv6 comes with its flow and zone


def sorted_addresses(interfaces: Iterable[tuple[str, str]], first: str | None) -> list[tuple[str, str]]:
    """Return (address, kind) of all that others may reach, best first.

    Left out are loopback and link-local addresses (a browser can't open ``fe80::1%eth0``), and those of IPv6 that the
    whole internet reaches: many machines take new ones by the day.

    Args:
        interfaces: See ``interface_addresses``.
        first: The address that the machine itself uses on its network.

    Example:
        >>> sorted_addresses([("lo", "127.0.0.1"), ("docker0", "172.17.0.1"), ("eth0", "fd00::2")], "10.0.0.7")
        [('10.0.0.7', 'lan'), ('fd00::2', 'lan'), ('172.17.0.1', 'virtual')]
    """
    kinds: dict[str, str] = {first: "lan"} if first else {}
    for interface, text in interfaces:
        address = ipaddress.ip_address(text)
        changes = address.version == 6 and address.is_global
        if not (changes or address.is_loopback or address.is_link_local or address.is_multicast):
            kinds.setdefault(str(address), "virtual" if VIRTUAL.match(interface) else "lan")

    def rank(item: tuple[str, str]) -> tuple[bool, bool, bool]:
        address, kind = item
        return kind == "virtual", address != first, ":" in address

    return sorted(kinds.items(), key=rank)


def machine_addresses() -> list[tuple[str, str]]:
    """Return (address, kind) of all addresses at which others may reach this machine now, best first."""
    return sorted_addresses(interface_addresses(), lan_address())


def is_on_every_address(host: str) -> bool:
    """Say whether a server with this ``host`` listens on all of the machine's addresses."""
    return host in EVERY


def reachable(
    scheme: str, host: str, port: int, names: Iterable[str] = (), machine: Iterable[tuple[str, str]] | None = None
) -> list[Address]:
    """Return where a server can be opened, best first; an address of its own only where there is no other.

    Args:
        scheme: "http" or "https".
        host: What the server listens on, as ``Settings.host``.
        port: Its port.
        names: Names on the network that lead to it.
        machine: Instead of ``machine_addresses()``.

    Example:
        >>> [each.url for each in reachable("https", "0.0.0.0", 8000, ["show-and-tell.local"], [("10.0.0.7", "lan")])]
        ['https://10.0.0.7:8000/', 'https://show-and-tell.local:8000/']
        >>> reachable("http", "127.0.0.1", 8000)
        [Address(url='http://127.0.0.1:8000/', kind='own')]
    """
    others = listening_addresses(host, machine)
    if not others:
        return [Address(url(scheme, "127.0.0.1" if is_on_every_address(host) else host, port), "own")]
    found = [Address(url(scheme, address, port), kind) for address, kind in others]
    named = [Address(url(scheme, name, port), "name") for name in names]
    first_virtual = next((i for i, each in enumerate(found) if each.kind == "virtual"), len(found))
    return found[:first_virtual] + named + found[first_virtual:]


def listening_addresses(host: str, machine: Iterable[tuple[str, str]] | None = None) -> list[tuple[str, str]]:
    """Return (address, kind) of all at which others may reach a server with this ``host``, best first.

    Args:
        host: What the server listens on, as ``Settings.host``: an address, or a name.
        machine: Instead of ``machine_addresses()``.

    Example:
        >>> listening_addresses("10.0.0.7"), listening_addresses("localhost")
        ([('10.0.0.7', 'lan')], [])
    """
    if not is_on_every_address(host):
        return [] if is_own(host) else [(host, "lan")]
    others = machine_addresses() if machine is None else machine
    return [(address, kind) for address, kind in others if host != "0.0.0.0" or ":" not in address]  # noqa: S104


def is_own(host: str) -> bool:
    """Say whether only the machine itself can open this host.

    Example:
        >>> is_own("127.0.0.2"), is_own("localhost"), is_own("192.168.1.7"), is_own("class.example")
        (True, True, False, False)
    """
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def url(scheme: str, host: str, port: int) -> str:
    """Return an address to open, without the port where it is the scheme's own.

    Example:
        >>> url("https", "fd00::2", 8000), url("https", "10.0.0.7", 443)
        ('https://[fd00::2]:8000/', 'https://10.0.0.7/')
    """
    shown = f"[{host}]" if ":" in host else host
    is_default = port == {"http": 80, "https": 443}.get(scheme)
    return f"{scheme}://{shown}/" if is_default else f"{scheme}://{shown}:{port}/"
