"""The made certificate and its authority: what they are for, who can read them, how long they last."""

import datetime
import socket
import ssl
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography import x509

from server.classroom import authority, certificate
from server.classroom.authority import BadCertificateFile, make_authority
from server.classroom.certificate import keep_certificate, machine_names, make_certificate

NAMES = ["vm", "vm.local", "localhost", "show-and-tell.local"]
NAMES += ["127.0.0.1", "::1", "192.168.1.7", "fd00::2", "203.0.113.9"]
NOW = datetime.datetime(2030, 1, 1, tzinfo=datetime.timezone.utc)
DAY = datetime.timedelta(days=1)


def handshake(pem: Path, trusted: bytes, name: str) -> ssl.SSLObject:
    """A TLS handshake in memory with a server that has the certificate, by a client that trusts one authority."""
    server_context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_context.load_cert_chain(pem, pem)
    client_context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client_context.load_verify_locations(cadata=trusted)
    client_in, client_out, server_in, server_out = (ssl.MemoryBIO() for _ in range(4))
    server = server_context.wrap_bio(server_in, server_out, server_side=True)
    client = client_context.wrap_bio(client_in, client_out, server_hostname=name)
    left = [client, server]
    for _ in range(10):
        for side in list(left):
            try:
                side.do_handshake()
                left.remove(side)
            except ssl.SSLWantReadError:
                pass
            server_in.write(client_out.read())
            client_in.write(server_out.read())
    assert not left
    return client


@pytest.mark.parametrize("name", NAMES)
def test_certificate__is_believed_by_who_trusts_the_authority(tmp_path, name):
    made = keep_certificate(tmp_path, NAMES)
    assert handshake(made.path, made.authority.der, name).getpeercert()["subject"]


@pytest.mark.parametrize("name", ["192.168.1.8", "evil.example", "school.local"])
def test_certificate__is_for_no_other_name(tmp_path, name):
    made = keep_certificate(tmp_path, NAMES)
    with pytest.raises(ssl.SSLCertVerificationError, match="mismatch"):
        handshake(made.path, made.authority.der, name)


def test_certificate__is_not_believed_by_who_trusts_another_authority(tmp_path):
    made, other = keep_certificate(tmp_path / "a", NAMES), keep_certificate(tmp_path / "b", NAMES)
    with pytest.raises(ssl.SSLCertVerificationError, match="certificate verify failed"):
        handshake(made.path, other.authority.der, "localhost")


@pytest.mark.parametrize("name", ["bank.example", "com", "8.8.8.8", "203.0.113.10", "2001:db8::1", "printer.local"])
def test_authority__can_certify_nobody_else(tmp_path, name):
    """Even with its key, which is what a thief would have."""
    made = keep_certificate(tmp_path, NAMES)
    assert not made.authority.allows(name)
    stolen = tmp_path / "stolen.pem"
    now = datetime.datetime.now(datetime.timezone.utc)
    stolen.write_bytes(make_certificate(made.authority, ["localhost", name], now))
    with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree violation"):
        handshake(stolen, made.authority.der, name)


def test_authority__makes_no_further_authorities_and_serves_tls_only(tmp_path):
    extensions = keep_certificate(tmp_path, NAMES).authority.certificate.extensions
    constraints = extensions.get_extension_for_class(x509.BasicConstraints)
    assert (constraints.critical, constraints.value.ca, constraints.value.path_length) == (True, True, 0)
    assert extensions.get_extension_for_class(x509.NameConstraints).critical
    usage = extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.key_cert_sign
    assert (usage.digital_signature, usage.crl_sign) == (False, False)
    assert [each.dotted_string for each in extensions.get_extension_for_class(x509.ExtendedKeyUsage).value] == [
        "1.3.6.1.5.5.7.3.1"
    ]


def test_certificate__lasts_as_long_as_browsers_allow(tmp_path):
    made = keep_certificate(tmp_path, NAMES, NOW)
    leaf = x509.load_pem_x509_certificate(made.path.read_bytes())
    assert leaf.not_valid_after_utc - leaf.not_valid_before_utc <= 398 * DAY
    assert leaf.not_valid_before_utc < NOW < leaf.not_valid_after_utc
    assert made.authority.certificate.not_valid_after_utc - NOW > 9 * 365 * DAY


def test_certificate__stays_until_something_changes_and_the_authority_stays_always(tmp_path):
    first = keep_certificate(tmp_path, NAMES, NOW)
    pem = first.path.read_bytes()

    def again(names, now):
        made = keep_certificate(tmp_path, names, now)
        assert made.authority.der == first.authority.der
        return made.path.read_bytes()

    assert again(NAMES, NOW + 300 * DAY) == pem
    assert again(NAMES[:-2], NOW) == pem, "an address less is no reason"
    moved = again([*NAMES, "10.4.4.4"], NOW)
    assert moved != pem
    assert again([*NAMES, "10.4.4.4"], NOW) == moved
    assert again([*NAMES, "10.4.4.4"], NOW + 380 * DAY) != moved, "it nears its end"


def test_certificate__a_damaged_one_is_made_anew(tmp_path):
    made = keep_certificate(tmp_path, NAMES)
    made.path.write_bytes(b"-----BEGIN CERTIFICATE-----\nnonsense\n")
    assert handshake(keep_certificate(tmp_path, NAMES).path, made.authority.der, "localhost")


def test_certificate__of_another_authority_is_made_anew(tmp_path):
    made, other = keep_certificate(tmp_path / "a", NAMES), keep_certificate(tmp_path / "b", NAMES)
    made.path.write_bytes(other.path.read_bytes())
    assert handshake(keep_certificate(tmp_path / "a", NAMES).path, made.authority.der, "localhost")


def test_certificate__leaves_out_what_the_authority_may_not_certify(tmp_path):
    keep_certificate(tmp_path, NAMES)
    made = keep_certificate(tmp_path, [*NAMES, "198.51.100.4", "10.4.4.4", "new-name"])
    assert made.left_out == ("198.51.100.4", "new-name")
    assert handshake(made.path, made.authority.der, "10.4.4.4")


def test_authority__is_made_anew_when_its_time_is_over(tmp_path):
    first = keep_certificate(tmp_path, NAMES, NOW)
    later = keep_certificate(tmp_path, NAMES, NOW + 11 * 365 * DAY)
    assert later.authority.der != first.authority.der
    assert later.authority.has_signed(x509.load_pem_x509_certificate(later.path.read_bytes()))


def test_files__are_the_owners_alone(tmp_path):
    folder = tmp_path / "data" / "classroom"
    keep_certificate(folder, NAMES)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in [folder, *folder.iterdir()]}
    assert modes == {"classroom": 0o700, "authority.pem": 0o600, "server.pem": 0o600}


def test_files__that_others_could_read_are_closed(tmp_path):
    keep_certificate(tmp_path, NAMES)
    for path in [tmp_path, *tmp_path.iterdir()]:
        path.chmod(0o755)
    keep_certificate(tmp_path, NAMES)
    assert all(not path.stat().st_mode & 0o077 for path in [tmp_path, *tmp_path.iterdir()])


@pytest.mark.parametrize("damage", [b"", b"nonsense", "truncated", "other key"])
def test_authority__a_damaged_one_is_told_and_not_replaced(tmp_path, damage):
    keep_certificate(tmp_path, NAMES)
    path = tmp_path / authority.FILE
    if damage == "truncated":
        damage = path.read_bytes()[:-40]
    elif damage == "other key":
        key = make_authority(NAMES, NOW).pem().split(b"-----BEGIN CERTIFICATE", 1)[0]
        damage = key + b"-----BEGIN CERTIFICATE" + path.read_bytes().split(b"-----BEGIN CERTIFICATE", 1)[1]
    path.write_bytes(damage)
    with pytest.raises(BadCertificateFile, match=r"authority\.pem is damaged\. Bring it back"):
        keep_certificate(tmp_path, NAMES)
    assert path.read_bytes() == damage


def test_folder__that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(BadCertificateFile, match=r"file.* can't be used"):
        keep_certificate(tmp_path / "file" / "classroom", NAMES)


def test_authority__of_servers_that_start_at_once_is_one(tmp_path):
    barrier = threading.Barrier(8)

    def start(_):
        barrier.wait()
        return keep_certificate(tmp_path, NAMES).authority.der

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(start, range(8)))) == 1


def test_machine_names__are_what_it_is_opened_by(monkeypatch):
    monkeypatch.setattr(socket, "gethostname", lambda: "Pc-7.School.Example")
    names = machine_names(["Class.example"])
    assert names[:3] == ["pc-7", "pc-7.local", "pc-7.school.example"]
    assert {"localhost", "show-and-tell.local", "class.example", "127.0.0.1", "::1"} <= set(names)
    monkeypatch.setattr(socket, "gethostname", lambda: "Jürgens_Rechner")
    assert machine_names()[0] == "localhost", "no certificate can say it"
    assert {address for address, _ in certificate.machine_addresses()} <= set(names)
