"""What the terminal says when the server has started: where it is, and what a teacher does about a browser's warning.

Only ``server/__main__.py`` imports this module.
"""

import io
import textwrap
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from server.classroom.addresses import Address, is_on_every_address, is_own, lan_address, reachable, url

if TYPE_CHECKING:
    from server.classroom.certificate import ServerCertificate

#: Where a device gets the authority's certificate: see ``server/api/classroom.py``.
AUTHORITY_PATH: Final = "classroom/authority.crt"
WIDTH: Final = 100


def start_message(
    scheme: str,
    host: str,
    port: int,
    names: Iterable[str] = (),
    certificate: "ServerCertificate | None" = None,
    is_terminal: bool = False,
) -> str:
    """Return the lines that say where the server is; the first has an address that can be opened.

    Args:
        scheme: "http" or "https".
        host: What the server listens on, as ``Settings.host``.
        port: Its port.
        names: Names on the network that lead to it.
        certificate: The one that was made, and that no browser knows.
        is_terminal: Whether a person looks at it, who can point a phone's camera there.
    """
    if scheme == "http":
        return "\n".join(_plain_lines(host, port))
    addresses = reachable(scheme, host, port, names)
    best = addresses[0]
    lines = [f"Show & Tell is at {best.url}"]
    lines += [f"Or, on this network: {each.url}" for each in addresses[1:]]
    if best.kind == "own":
        lines.append(_why_only_here(host))
    else:
        lines += [f"On this computer: {url(scheme, 'localhost', port)}"] if is_on_every_address(host) else []
        lines += ["", qr_code(best.url)] if is_terminal else []
    if certificate:
        lines += ["", *_about(certificate, best)]
    return "\n".join(lines)


def _plain_lines(host: str, port: int) -> list[str]:
    if not is_on_every_address(host):
        return [f"Show & Tell is at {url('http', host, port)}"]
    address = lan_address()
    return [
        f"Show & Tell is at {url('http', '127.0.0.1', port)}",
        *([f"On this network: {url('http', address, port)}"] if address else []),
        "The cameras of other devices need https: start with make classroom, or with --https.",
    ]


def _why_only_here(host: str) -> str:
    if is_own(host):
        return "Only this computer can open it. For a classroom, start with make classroom, or with --host 0.0.0.0."
    return "This computer is on no network, so no other can open it. Join the classroom's network, then start again."


def _about(certificate: "ServerCertificate", address: Address) -> list[str]:
    lines = _wrapped(
        "A browser warns at the first visit: it does not know the certificate, which this computer made for itself. "
        "In Chrome and Edge press Advanced, then Proceed (or Continue); in Firefox Advanced, then Accept the Risk; "
        "in Safari Show Details, then visit this website. To have no warnings on a device, install this computer's "
        f"authority there, once: {address.url}{AUTHORITY_PATH} (docs/classroom.md says how, and what to check)."
    )
    lines.append(f"The authority's SHA-256: {certificate.authority.fingerprint}")
    if certificate.left_out:
        lines += _wrapped(
            f"The certificate is not for {', '.join(certificate.left_out)}: the authority was made before this "
            "computer had that name or address, and may not certify it. To change that, delete "
            f"{certificate.path.parent} and start again; devices then need the new authority."
        )
    return lines


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, break_long_words=False, break_on_hyphens=False)


def qr_code(text: str) -> str:
    """Return a QR code of a text, for a terminal: two rows of it in a line."""
    import segno  # here: only https at a terminal needs it

    out = io.StringIO()
    segno.make_qr(text, error="l").terminal(out, border=2, compact=True)
    return out.getvalue().rstrip("\n")
