"""What a classroom's devices ask before they join: where the server is, and whom to trust.

Only ``server/__main__.py`` and tests import this module.
"""

from collections.abc import Callable, Sequence
from typing import Final, Protocol

from flask import Blueprint, Response, jsonify

from server.contract.errors import ContractError

#: The type by which phones and browsers know a certificate that can be installed.
CERTIFICATE_TYPE: Final = "application/x-x509-ca-cert"


class Address(Protocol):
    """See ``server/classroom/addresses.py``."""

    @property
    def url(self) -> str:
        """Where the server can be opened."""

    @property
    def kind(self) -> str:
        """What kind of address it is."""


def blueprint(addresses: Callable[[], Sequence[Address]], authority: bytes | None) -> Blueprint:
    """Return the routes.

    Args:
        addresses: Called at each request, since a laptop changes its network: the server's, best first.
        authority: The certificate (DER) of the authority that made the server's; None where none was made.
    """
    routes = Blueprint("classroom", __name__)

    @routes.get("/api/addresses")
    def get_addresses() -> Response:
        return jsonify(ok=True, addresses=[{"url": each.url, "kind": each.kind} for each in addresses()])

    @routes.get("/classroom/authority.crt")
    def get_authority() -> Response:
        if authority is None:
            raise ContractError("notFound", came="/classroom/authority.crt")
        answer = Response(authority, mimetype=CERTIFICATE_TYPE)
        answer.headers["Content-Disposition"] = 'attachment; filename="show-and-tell.crt"'
        return answer

    return routes
