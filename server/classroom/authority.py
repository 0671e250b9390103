"""A school's own authority: made once, kept, and allowed to certify no more than this machine's names.

A device that has its certificate installed trusts every server certificate that it signs. So it is held as small as
X.509 lets it: it makes no further authorities, serves nothing but TLS servers, and its name constraints allow private
addresses and the names that the machine had when it was made (``docs/decisions/022-the-classroom.md``). Only
``server/classroom/certificate.py`` and tests import this module.
"""

import datetime
import ipaddress
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from server.classroom import private_files

#: Key and certificate in one file, which is therefore whole or not there.
FILE: Final = "authority.pem"
YEARS: Final = 10
#: A phone's clock may be behind.
SLOW_CLOCK: Final = datetime.timedelta(days=1)
#: The name on the network: see ``server/classroom/network_name.py``.
SERVICE_NAME: Final = "show-and-tell.local"
ALWAYS_ALLOWED: Final = ("localhost", SERVICE_NAME)
#: What no router on the internet leads to, and so belongs to no other site.
PRIVATE_NETWORKS: Final = tuple(
    ipaddress.ip_network(text)
    for text in ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7")
)

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
IpNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network


class BadCertificateFile(Exception):  # noqa: N818  # it is the file that is bad
    """A kept key or certificate can't be read or written; the text says which, and what to do."""


class Authority:
    """The authority.

    Args:
        key: Its private key.
        certificate: Its certificate.
    """

    def __init__(self, key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate) -> None:
        self._key = key
        self.certificate = certificate

    @property
    def der(self) -> bytes:
        """The certificate, as devices install it."""
        return self.certificate.public_bytes(serialization.Encoding.DER)

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of the certificate, as devices show it: 32 pairs of digits."""
        return self.certificate.fingerprint(hashes.SHA256()).hex(":").upper()

    def allows(self, name: str) -> bool:
        """Say whether a certificate for this name or address would be believed."""
        constraints = self.certificate.extensions.get_extension_for_class(x509.NameConstraints).value
        permitted = [each.value for each in constraints.permitted_subtrees or ()]
        address = as_address(name)
        if address:
            return any(address in each for each in permitted if isinstance(each, IpNetwork))
        return any(name == each or name.endswith(f".{each}") for each in permitted if isinstance(each, str))

    def signed(self, builder: x509.CertificateBuilder) -> x509.Certificate:
        """Return the certificate that a builder describes, issued by this authority."""
        identifier = self.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
        return (
            builder.issuer_name(self.certificate.subject)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), critical=False)
            .sign(self._key, hashes.SHA256())
        )

    def has_signed(self, certificate: x509.Certificate) -> bool:
        """Say whether a certificate was issued by this authority."""
        try:
            certificate.verify_directly_issued_by(self.certificate)
        except (ValueError, TypeError, InvalidSignature):
            return False
        return True

    def pem(self) -> bytes:
        """Return key and certificate as they are kept."""
        return key_pem(self._key) + self.certificate.public_bytes(serialization.Encoding.PEM)


def as_address(name: str) -> IpAddress | None:
    """Return a name as an address; None if it is none."""
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return None


def key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    """Return a private key as it is kept; the file's mode protects it."""
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def make_authority(names: Sequence[str], now: datetime.datetime) -> Authority:
    """Return a new authority.

    Args:
        names: The machine's names and addresses. Those outside private networks are allowed one by one.
        now: The time, with its zone.
    """
    networks: list[IpNetwork] = list(PRIVATE_NETWORKS)
    domains = list(ALWAYS_ALLOWED)
    for name in names:
        address = as_address(name)
        if not address:
            domains.append(name)
        elif not any(address in network for network in networks):
            networks.append(ipaddress.ip_network(name))
    permitted: list[x509.GeneralName] = [x509.DNSName(name) for name in dict.fromkeys(domains)]
    permitted += [x509.IPAddress(network) for network in networks]
    key = ec.generate_private_key(ec.SECP256R1())
    machine = next((name for name in names if not as_address(name)), "this computer")
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Show & Tell"),
            # A device's list of authorities shows it; a name has 64 characters at most.
            x509.NameAttribute(NameOID.COMMON_NAME, f"Show & Tell on {machine}"[:64]),
        ]
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - SLOW_CLOCK)
        .not_valid_after(now + datetime.timedelta(days=365 * YEARS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(key_usage(key_cert_sign=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.NameConstraints(permitted, None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return Authority(key, certificate)


def key_usage(digital_signature: bool = False, key_cert_sign: bool = False) -> x509.KeyUsage:
    """Return what a key may be used for: these, and nothing else."""
    return x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=key_cert_sign,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def keep_authority(folder: Path, names: Sequence[str], now: datetime.datetime) -> Authority:
    """Return the authority of a folder, which is made where there is none, or where its time is over.

    Args:
        folder: Private to this user; made where it is missing.
        names: See ``make_authority``.
        now: The time, with its zone.

    Raises:
        BadCertificateFile: If it can't be read, or not be kept.
    """
    path = folder / FILE
    try:
        private_files.make_folder(folder)
        if not path.exists():
            # Of two servers that start at once, one makes it.
            private_files.write_new(path, make_authority(names, now).pem())
        authority = read_authority(path)
        if authority.certificate.not_valid_after_utc <= now:
            authority = make_authority(names, now)
            private_files.replace(path, authority.pem())
    except OSError as error:
        raise BadCertificateFile(f"{error.filename or path} can't be used: {error.strerror}.") from None
    return authority


def read_authority(path: Path) -> Authority:
    """Return the authority in a file.

    Raises:
        BadCertificateFile: If it is not what ``keep_authority`` wrote.
        OSError: If it can't be read.
    """
    text = private_files.read(path)
    try:
        key = serialization.load_pem_private_key(text, None)
        certificate = x509.load_pem_x509_certificate(text)
        certificate.extensions.get_extension_for_class(x509.NameConstraints)
        if isinstance(key, ec.EllipticCurvePrivateKey) and key.public_key() == certificate.public_key():
            return Authority(key, certificate)
    except (ValueError, TypeError, UnsupportedAlgorithm, x509.ExtensionNotFound):
        pass
    raise BadCertificateFile(
        f"{path} is damaged. Bring it back from a copy; or delete it, and a new one is made, which every device must "
        "install anew."
    )
