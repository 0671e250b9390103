"""The server's name on the network, by real multicast DNS."""

import contextlib
import socket
import subprocess
import sys

import pytest
import zeroconf

from server.classroom.addresses import lan_address
from server.classroom.network_name import SERVICE, NetworkName
from tests.classroom.test_https_server import connect, trusting
from tests.support.server import ROOT, until

ADDRESS = lan_address()
SHORT = f"{socket.gethostname().split('.')[0].lower()}.local"
OTHER = "198.51.100.9"

needs_network = pytest.mark.skipif(ADDRESS is None, reason="this machine is on no network")


@contextlib.contextmanager
def network():
    """Another machine's view of the network, without what it has heard before."""
    opened = zeroconf.Zeroconf(interfaces=[ADDRESS])
    try:
        yield opened
    finally:
        opened.close()


def look_up(name, milliseconds=3000):
    with network() as opened:
        resolver = zeroconf.AddressResolver(f"{name}.")
        resolver.request(opened, milliseconds)
        return resolver.parsed_addresses()


@contextlib.contextmanager
def machine_called(name):
    """Another machine on the network that has the name already."""
    with network() as opened:
        service = f"Another machine.{SERVICE}"
        opened.register_service(
            zeroconf.ServiceInfo(SERVICE, service, port=9, parsed_addresses=[OTHER], server=f"{name}.")
        )
        yield


@needs_network
def test_name__leads_to_the_server_until_it_stops():
    name = NetworkName(["st-test-1.local"], [ADDRESS], 8000)
    assert name.wait() == "st-test-1.local"
    assert look_up("st-test-1.local") == [ADDRESS]
    name.stop()
    assert look_up("st-test-1.local", 500) == []


@needs_network
def test_name__of_another_machine_is_left_to_it():
    with machine_called("st-test-2.local"):
        name = NetworkName(["st-test-2.local", "st-test-3.local"], [ADDRESS], 8000)
        assert name.wait() == "st-test-3.local"
        name.stop()
        name = NetworkName(["st-test-2.local"], [ADDRESS], 8000)
        assert name.wait() is None
        name.stop()


def test_name__without_a_network_is_none():
    name = NetworkName(["st-test-4.local"], [], 8000)
    assert name.wait() is None
    name.stop()


def test_name__on_a_network_that_refuses_is_one_line():
    code = (
        "from server.classroom.network_name import NetworkName;"
        "name = NetworkName(['st-test-5.local'], ['203.0.113.77'], 8000);"  # not an address of this machine
        "print(name.wait()); name.stop()"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "None\n")
    assert done.stderr.startswith("The network takes no name for this server: ")
    assert done.stderr.count("\n") == 1


@needs_network
def test_server__is_found_and_believed_by_its_name(start_server, tmp_path):
    server = start_server("--https", "--data", str(tmp_path), "--host", "0.0.0.0")  # noqa: S104
    name = "show-and-tell.local"
    assert connect(server.port, name, trusting(tmp_path), look_up(name)[0]) == "HTTP/1.1 200 OK"
    server.stop()
    assert f"https://{name}:{server.port}/" in server.process.stdout.read()
    assert server.close() == "", "no warnings"
    until(lambda: look_up(name, 300) == [], "the name is taken back")


@needs_network
def test_server__answers_to_no_name_that_is_another_machines(start_server, tmp_path):
    with machine_called("show-and-tell.local"):
        server = start_server("--https", "--data", str(tmp_path), "--host", "0.0.0.0")  # noqa: S104
        context = trusting(tmp_path)
        assert connect(server.port, "show-and-tell.local", context) == "HTTP/1.1 403 Forbidden"
        assert connect(server.port, SHORT, context) == "HTTP/1.1 200 OK"
        server.stop()
        rest = server.process.stdout.read()
    assert "show-and-tell.local" not in rest
    assert f"https://{SHORT}:{server.port}/" in rest
