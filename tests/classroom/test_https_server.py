"""A real server that speaks https with the certificate that it made."""

import os
import pty
import re
import socket
import ssl
import subprocess
import sys

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from server.classroom.addresses import lan_address
from server.classroom.certificate import keep_certificate
from tests.support.server import ROOT, WAIT_SECONDS

EVERYWHERE = ("--host", "0.0.0.0")  # noqa: S104


def trusting(folder):
    """A client's TLS that trusts the authority in a data folder, and nobody else."""
    certificate = x509.load_pem_x509_certificate((folder / "classroom" / "authority.pem").read_bytes())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cadata=certificate.public_bytes(Encoding.DER))
    return context


def connect(port, name, context, address="127.0.0.1"):
    """Shake hands with a server under a name, whatever DNS says of it, and ask it whether it is there."""
    plain = socket.create_connection((address, port), WAIT_SECONDS)
    with plain, context.wrap_socket(plain, server_hostname=name) as secure:
        secure.sendall(f"GET /healthz HTTP/1.1\r\nHost: {name}:{port}\r\nConnection: close\r\n\r\n".encode())
        return secure.recv(100).split(b"\r\n")[0].decode()


@pytest.fixture
def server(start_server, tmp_path):
    return start_server("--https", "--data", str(tmp_path / "data"), *EVERYWHERE)


def test_https__is_believed_by_address_and_by_name(server, tmp_path):
    context = trusting(tmp_path / "data")
    for name in ("127.0.0.1", "localhost", f"{socket.gethostname().split('.')[0]}.local"):
        assert connect(server.port, name, context) == "HTTP/1.1 200 OK"
    if lan_address():
        assert connect(server.port, lan_address(), context, lan_address()) == "HTTP/1.1 200 OK"
    assert server.close() == "", "no warnings"


def test_https__another_authority_is_refused(server, tmp_path):
    keep_certificate(tmp_path / "other" / "classroom")
    with pytest.raises(ssl.SSLCertVerificationError):
        connect(server.port, "localhost", trusting(tmp_path / "other"))
    with pytest.raises(ssl.SSLCertVerificationError):
        connect(server.port, "localhost", ssl.create_default_context())
    with pytest.raises(ssl.SSLCertVerificationError, match="mismatch"):
        connect(server.port, "evil.example", trusting(tmp_path / "data"))


def test_https__a_second_start_has_the_same_certificate(start_server, tmp_path):
    options = ("--https", "--data", str(tmp_path / "data"))
    seen = []
    for _ in range(2):
        server = start_server(*options)
        seen.append(ssl.get_server_certificate(("127.0.0.1", server.port)))
        server.stop()
    assert seen[0] == seen[1]


def test_https__says_what_a_teacher_needs_and_no_secret(server, tmp_path):
    server.stop()
    rest = server.process.stdout.read()
    if lan_address():
        assert server.first_line == f"Show & Tell is at https://{lan_address()}:{server.port}/\n"
        assert f"On this computer: https://localhost:{server.port}/" in rest
    words = " ".join(rest.split())
    assert "A browser warns at the first visit" in words
    assert f"{server.url}/classroom/authority.crt" in words
    fingerprint = re.search(r"The authority's SHA-256: ((?:[0-9A-F]{2}:){31}[0-9A-F]{2})", words)[1]
    assert fingerprint == keep_certificate(tmp_path / "data" / "classroom").authority.fingerprint
    assert "PRIVATE" not in rest
    assert "█" not in rest, "a QR code is for a terminal"


def test_https__on_one_computer_says_that_others_cannot_open_it(start_server, tmp_path):
    server = start_server("--https", "--data", str(tmp_path / "data"))
    server.stop()
    assert server.first_line == f"Show & Tell is at https://127.0.0.1:{server.port}/\n"
    assert "Only this computer can open it" in server.process.stdout.read()


def test_https__a_certificate_that_is_given_is_taken(start_server, tmp_path):
    given = keep_certificate(tmp_path / "given").path
    server = start_server("--https", "--cert", str(given), "--key", str(given), "--data", str(tmp_path / "data"))
    assert ssl.get_server_certificate(("127.0.0.1", server.port)) in given.read_text()
    assert not (tmp_path / "data" / "classroom").exists()
    server.stop()
    assert "A browser warns" not in server.process.stdout.read()


def test_https__shows_a_terminal_a_qr_code(page, tmp_path):
    ours, theirs = pty.openpty()
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-m", "server", "--port", "0", "--page", str(page), "--data", str(tmp_path), "--https"]
    process = subprocess.Popen([*command, *EVERYWHERE], cwd=ROOT, stdout=theirs, stderr=theirs, env=environment)
    os.close(theirs)
    shown = b""
    try:
        while b"SHA-256: " not in shown:
            shown += os.read(ours, 10_000)
    finally:
        process.terminate()
        process.wait(WAIT_SECONDS)
        os.close(ours)
    if lan_address():
        assert "█▀▀▀▀▀█" in shown.decode() or "▄▄▄▄▄ █" in shown.decode()
