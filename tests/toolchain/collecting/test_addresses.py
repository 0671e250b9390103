"""Which addresses a list of somebody else may reach."""

import pytest

from toolchain.collecting.addresses import is_public

PRIVATE = ["10.0.0.1", "127.0.0.1", "169.254.169.254", "192.168.1.1", "100.64.0.1", "0.0.0.0", "224.0.0.1"]  # noqa: S104
PUBLIC = ["8.8.8.8", "93.184.216.34", "100.63.255.255", "100.128.0.1"]


def holding(address):
    """The forms of IPv6 that lead to an address of IPv4."""
    octets = [int(each) for each in address.split(".")]
    high, low = octets[0] << 8 | octets[1], octets[2] << 8 | octets[3]
    return [
        f"::{address}",
        f"::ffff:{address}",
        f"64:ff9b::{address}",
        f"2002:{high:x}:{low:x}::1",
        f"2002:{high:x}:{low:x}:ffff::8.8.8.8",
    ]


@pytest.mark.parametrize("address", PRIVATE)
def test_is_public__a_private_address_is_not_in_any_form(address):
    assert [each for each in [address, *holding(address)] if is_public(each)] == []


@pytest.mark.parametrize("address", PUBLIC)
def test_is_public__a_public_address_is_in_any_form(address):
    assert [each for each in [address, *holding(address)] if not is_public(each)] == []


@pytest.mark.parametrize(
    "address",
    [
        "::",
        "::1",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "feff::1",
        "fc00::1",
        "fd12::1",
        "ff02::1",
        "ff0e::1",
        "100::1",
        "5f00::1",
        "64:ff9b:1::8.8.8.8",
        "64:ff9b::1:8.8.8.8",
        "::ffff:0:8.8.8.8",
        "2001::1",
        "2001:0:808:808::1",
        "2001:10::1",
        "2001:20::1",
        "2001:db8::1",
        "3fff::1",
        "192.0.0.8",
        "192.0.0.9",
        "192.88.99.1",
        "198.18.0.1",
        "203.0.113.1",
        "240.0.0.1",
        "255.255.255.255",
    ],
)
def test_is_public__no_address_where_it_is_not_sure(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["2606:4700:4700::1111", "2001:4860:4860::8888", "2a00:1450:4001:800::200e"])
def test_is_public__sites_of_the_internet(address):
    assert is_public(address)
