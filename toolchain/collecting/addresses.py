"""Which addresses are of the internet, and not of a network where somebody else's list must not reach."""

import ipaddress
from typing import Final

#: IPv6 that holds an IPv4 address, from this bit counted from the right: what is judged is that one.
_HOLDING_IPV4: Final = (
    (ipaddress.IPv6Network("::/96"), 0),
    (ipaddress.IPv6Network("::ffff:0:0/96"), 0),
    (ipaddress.IPv6Network("64:ff9b::/96"), 0),  # NAT64
    (ipaddress.IPv6Network("2002::/16"), 80),  # 6to4
)
#: All that is handed out of IPv6; and what of it is not the internet, or hides where it leads, such as Teredo.
#: Versions of Python disagree about some of it.
_HANDED_OUT: Final = ipaddress.IPv6Network("2000::/3")
_REFUSED: Final = (
    ipaddress.IPv6Network("2001::/23"),
    ipaddress.IPv6Network("3fff::/20"),
    ipaddress.IPv4Network("192.0.0.0/24"),
    ipaddress.IPv4Network("192.88.99.0/24"),
)
_IPV4_BITS: Final = 0xFFFFFFFF


def is_public(address: str) -> bool:
    """Return whether an address is one of the internet; no, where that is not sure.

    Raises:
        ValueError: It is no address.

    Example:
        >>> is_public("93.184.216.34"), is_public("127.0.0.1"), is_public("::ffff:10.0.0.1"), is_public("fe80::1%eth0")
        (True, False, False, False)
    """
    parsed = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(parsed, ipaddress.IPv6Address):
        for network, shift in _HOLDING_IPV4:
            if parsed in network:
                return is_public(str(ipaddress.IPv4Address(int(parsed) >> shift & _IPV4_BITS)))
        if parsed not in _HANDED_OUT:
            return False
    is_refused = any(parsed.version == network.version and parsed in network for network in _REFUSED)
    return parsed.is_global and not parsed.is_multicast and not is_refused
