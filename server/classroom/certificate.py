"""The server's certificate, made for this machine's names and addresses by a kept authority.

``server/__main__.py`` asks for it when the server starts with ``--https``.
"""

import dataclasses
import datetime
import re
import socket
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from server.classroom import private_files
from server.classroom.addresses import is_on_every_address, machine_addresses
from server.classroom.authority import (
    ALWAYS_ALLOWED,
    SLOW_CLOCK,
    Authority,
    BadCertificateFile,
    as_address,
    keep_authority,
    key_pem,
    key_usage,
)

#: Key and certificate in one file, which is therefore whole or not there.
FILE: Final = "server.pem"
#: Some browsers refuse a certificate that is valid for longer than 398 days.
DAYS: Final = 397
#: It is made anew when it would end sooner than this.
SPARE: Final = datetime.timedelta(days=30)
#: A machine may call itself what no certificate can say.
CERTIFIABLE: Final = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")


@dataclasses.dataclass(frozen=True)
class ServerCertificate:
    """What a server needs to speak https.

    Attributes:
        path: The file (PEM) with its key and its certificate.
        authority: Who signed it.
        names: What it is for.
        left_out: Names and addresses of the machine that the authority may not certify.
    """

    path: Path
    authority: Authority
    names: tuple[str, ...]
    left_out: tuple[str, ...]


def machine_names(more: Iterable[str] = ()) -> list[str]:
    """Return the names and addresses at which this machine can be opened, its own name first.

    Args:
        more: Further names and addresses, as in ``Settings.hosts`` and ``Settings.host``.
    """
    machine = socket.gethostname().rstrip(".").lower()
    short = machine.split(".")[0]
    given = [name.lower().rstrip(".") for name in more if not is_on_every_address(name)]
    names = [short, f"{short}.local", machine, *ALWAYS_ALLOWED, *given]
    addresses = ["127.0.0.1", "::1", *(address for address, _ in machine_addresses())]
    certifiable = [name for name in names if as_address(name) or CERTIFIABLE.fullmatch(name)]
    return list(dict.fromkeys(certifiable + addresses))


def keep_certificate(
    folder: Path, names: Iterable[str] | None = None, now: datetime.datetime | None = None
) -> ServerCertificate:
    """Return a certificate for this machine as it is now; the one that is there, if it will do.

    It stays the same as long as it can: a browser's exception for it is for this one only.

    Args:
        folder: Where authority and certificate are kept; made where it is missing.
        names: Instead of ``machine_names()``.
        now: Instead of the time.

    Raises:
        BadCertificateFile: If they can't be read, or not be kept.
    """
    now = now or datetime.datetime.now(datetime.timezone.utc)
    wanted = list(machine_names() if names is None else names)
    authority = keep_authority(folder, wanted, now)
    certified = tuple(name for name in wanted if authority.allows(name))
    left_out = tuple(name for name in wanted if not authority.allows(name))
    path = folder / FILE
    try:
        if not will_do(path, authority, certified, now):
            private_files.replace(path, make_certificate(authority, certified, now))
    except OSError as error:
        raise BadCertificateFile(f"{error.filename or path} can't be used: {error.strerror}.") from None
    return ServerCertificate(path, authority, certified, left_out)


def will_do(path: Path, authority: Authority, names: Iterable[str], now: datetime.datetime) -> bool:
    """Say whether the certificate in a file is whole, this authority's, for all these names, and valid for long."""
    try:
        text = private_files.read(path)
        certificate = x509.load_pem_x509_certificate(text)
        key = serialization.load_pem_private_key(text, None)
        alternatives = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (FileNotFoundError, ValueError, TypeError, x509.ExtensionNotFound):
        return False
    its_names = {*alternatives.get_values_for_type(x509.DNSName)}
    its_names |= {str(address) for address in alternatives.get_values_for_type(x509.IPAddress)}
    return (
        authority.has_signed(certificate)
        and key.public_key() == certificate.public_key()
        and its_names >= set(names)
        and certificate.not_valid_before_utc <= now < certificate.not_valid_after_utc - SPARE
    )


def make_certificate(authority: Authority, names: Iterable[str], now: datetime.datetime) -> bytes:
    """Return a new key and its certificate, as PEM.

    Args:
        authority: Who signs.
        names: Host names and addresses.
        now: The time, with its zone.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    alternatives: list[x509.GeneralName] = []
    for name in names:
        address = as_address(name)
        alternatives.append(x509.IPAddress(address) if address else x509.DNSName(name))
    end = min(now + datetime.timedelta(days=DAYS), authority.certificate.not_valid_after_utc)
    certificate = authority.signed(
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Show & Tell")]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - SLOW_CLOCK)
        .not_valid_after(end - SLOW_CLOCK)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(key_usage(digital_signature=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    return key_pem(key) + certificate.public_bytes(serialization.Encoding.PEM)
