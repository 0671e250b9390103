"""The routes of a classroom: addresses to join at, and the authority to install."""

import re

import pytest
import requests
from cryptography import x509

from server.api import classroom
from server.classroom.addresses import Address, lan_address
from server.classroom.authority import FILE
from tests.support.server import ROOT, WAIT_SECONDS

ADDRESSES = [Address("https://192.168.1.7:8000/", "lan"), Address("https://show-and-tell.local:8000/", "name")]


@pytest.fixture
def http(make_app):
    def start(authority=b"a certificate"):
        app = make_app()
        app.app.flask.register_blueprint(classroom.blueprint(lambda: ADDRESSES, authority))
        return app.test_client()

    return start


def test_addresses__are_told_best_first(http):
    answer = http().get("/api/addresses")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json == {
        "ok": True,
        "addresses": [
            {"url": "https://192.168.1.7:8000/", "kind": "lan"},
            {"url": "https://show-and-tell.local:8000/", "kind": "name"},
        ],
    }


def test_authority__comes_as_a_certificate_to_install(http):
    answer = http().get("/classroom/authority.crt")
    assert (answer.status_code, answer.mimetype, answer.data) == (200, "application/x-x509-ca-cert", b"a certificate")


def test_authority__is_not_there_where_none_was_made(http):
    answer = http(None).get("/classroom/authority.crt")
    assert answer.status_code == 404
    assert answer.json["error"]["code"] == "notFound"


def test_routes__are_documented(http):
    wire = (ROOT / "docs" / "wire.md").read_text("utf-8")
    source = (ROOT / "server" / "api" / "classroom.py").read_text("utf-8")
    routes = re.findall(r'routes\.(get)\("(.+)"\)', source)
    assert len(routes) == 2
    for method, path in routes:
        assert f"| `{method.upper()} {path}` |" in wire


@pytest.fixture
def ask(start_server, tmp_path):
    """Asks a server that made its certificate, trusting its authority alone."""
    server = start_server("--https", "--data", str(tmp_path), "--host", "0.0.0.0")  # noqa: S104
    trusted = tmp_path / "trusted.pem"
    key, certificate = (tmp_path / "classroom" / FILE).read_bytes().split(b"-----BEGIN CERTIFICATE")
    assert key.startswith(b"-----BEGIN PRIVATE KEY")
    trusted.write_bytes(b"-----BEGIN CERTIFICATE" + certificate)
    return lambda path: requests.get(
        f"https://127.0.0.1:{server.port}{path}", verify=str(trusted), timeout=WAIT_SECONDS
    )


def test_server__serves_the_authority_that_made_its_certificate(ask, tmp_path):
    expected = x509.load_pem_x509_certificate((tmp_path / "trusted.pem").read_bytes())
    assert x509.load_der_x509_certificate(ask("/classroom/authority.crt").content) == expected


def test_server__tells_no_loopback_address_where_there_is_another(ask):
    addresses = ask("/api/addresses").json()["addresses"]
    if lan_address():
        assert addresses[0]["url"].startswith(f"https://{lan_address()}:")
        assert addresses[0]["kind"] == "lan"
        assert not any("127.0.0.1" in each["url"] or "localhost" in each["url"] for each in addresses)


@pytest.mark.parametrize("name", ["authority.pem", "server.pem", "%2e%2e/authority.pem", "..%2fauthority.pem", ""])
def test_server__serves_no_private_file(ask, name):
    answer = ask(f"/classroom/{name}")
    assert answer.status_code == 404
    assert "PRIVATE" not in answer.text


def test_server__on_one_computer_says_so(start_server):
    server = start_server()
    assert requests.get(f"{server.url}/api/addresses", timeout=WAIT_SECONDS).json()["addresses"] == [
        {"url": f"{server.url}/", "kind": "own"}
    ]
