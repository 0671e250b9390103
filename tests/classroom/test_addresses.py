"""Addresses that other devices can reach."""

import doctest
import socket

import pytest

from server.classroom import addresses
from server.classroom.addresses import Address, reachable, sorted_addresses


def test_docstrings__are_true():
    assert doctest.testmod(addresses).failed == 0


def test_sorted_addresses__the_one_in_use_comes_first_and_virtual_ones_last():
    interfaces = [
        ("lo", "127.0.0.1"),
        ("lo", "::1"),
        ("docker0", "172.17.0.1"),
        ("br-5f3a", "172.18.0.1"),
        ("vEthernet (WSL)", "172.30.0.1"),
        ("eth0", "fd00::2"),
        ("eth0", "fe80::1"),
        ("eth0", "2a02:810::17"),
        ("eth0", "169.254.3.4"),
        ("eth0", "10.1.2.3"),
        ("wlan0", "192.168.1.7"),
    ]
    assert sorted_addresses(interfaces, "192.168.1.7") == [
        ("192.168.1.7", "lan"),
        ("10.1.2.3", "lan"),
        ("fd00::2", "lan"),
        ("172.17.0.1", "virtual"),
        ("172.18.0.1", "virtual"),
        ("172.30.0.1", "virtual"),
    ]


@pytest.mark.parametrize("interface", ["docker0", "vethab12", "virbr0", "utun3", "VirtualBox Host-Only", "wg0"])
def test_sorted_addresses__knows_networks_inside_the_machine(interface):
    assert sorted_addresses([(interface, "10.9.9.9")], None) == [("10.9.9.9", "virtual")]


@pytest.mark.parametrize("interface", ["eth0", "enp3s0", "wlan0", "wlp2s0", "en0", "Wi-Fi", "Ethernet", "bridge0"])
def test_sorted_addresses__knows_real_networks(interface):
    assert sorted_addresses([(interface, "10.9.9.9")], None) == [("10.9.9.9", "lan")]


def test_reachable__never_offers_loopback_where_there_is_another():
    machine = [("192.168.1.7", "lan"), ("fd00::2", "lan"), ("172.17.0.1", "virtual")]
    assert reachable("https", "0.0.0.0", 8000, ["show-and-tell.local"], machine) == [  # noqa: S104
        Address("https://192.168.1.7:8000/", "lan"),
        Address("https://show-and-tell.local:8000/", "name"),
        Address("https://172.17.0.1:8000/", "virtual"),
    ]
    assert Address("https://[fd00::2]:8000/", "lan") in reachable("https", "::", 8000, [], machine)


def test_reachable__without_a_network_is_the_machine_itself():
    expected = [Address("https://127.0.0.1:8000/", "own")]
    assert reachable("https", "0.0.0.0", 8000, ["show-and-tell.local"], []) == expected  # noqa: S104


def test_reachable__on_one_address_is_that_address():
    assert reachable("http", "192.168.1.7", 80) == [Address("http://192.168.1.7/", "lan")]
    assert reachable("http", "localhost", 8000) == [Address("http://localhost:8000/", "own")]


def test_machine_addresses__are_this_machines():
    for address, _ in addresses.machine_addresses():
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as own:
            own.bind((address, 0))  # refused for an address of another machine
