"""What Flask answers over plain HTTP: the model, rooms, and the page. Only ``server/app.py`` imports this module."""

import json
import posixpath
import re
from pathlib import Path
from typing import Any, Final

from flask import Blueprint, Flask, Response, current_app, jsonify, request, send_from_directory
from werkzeug.exceptions import HTTPException, MethodNotAllowed, RequestEntityTooLarge

from server.api import fields
from server.api.compressed import CompressedCopies
from server.contract.errors import ContractError
from server.exchange.content import picture_kind
from server.rooms import dataset
from server.rooms.codes.tries import Tries
from server.rooms.room import Answer, Room
from server.rooms.room_limits import RoomLimits
from server.rooms.rooms import Rooms
from server.settings import Settings
from server.transport.asgi import network_of

INDEX: Final = "index.html"
MANIFEST: Final = "model/manifest.json"
# Not the machine's own table, which is wrong on some: browsers run no script and no WASM of a wrong type.
TYPES: Final = {
    ".bin": "application/octet-stream",
    ".css": "text/css",
    ".html": "text/html",
    ".ico": "image/vnd.microsoft.icon",
    ".jpg": "image/jpeg",
    ".js": "text/javascript",
    ".json": "application/json",
    ".map": "application/json",
    ".mjs": "text/javascript",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
#: How long a browser may show a thumbnail that was deleted here.
THUMBNAIL_SECONDS: Final = 600
YEAR_SECONDS: Final = 365 * 24 * 60 * 60
# A hash of the content is in the names that Vite gives to assets, and the converter to a model's files; in no others.
HASHED: Final = re.compile(r"assets/.+|model/[^/]+-[0-9a-f]{16}\.\w+")
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


def find_missing(page: Path) -> str | None:
    """Return what the built page lacks, in words; None if nothing.

    Args:
        page: The folder of the built page.
    """
    if not (page / INDEX).is_file():
        return f"the page is not built: {page} has no {INDEX}"
    if not (page / MANIFEST).is_file():
        return f"the model is not converted: {page} has no {MANIFEST}"
    try:
        manifest = json.loads((page / MANIFEST).read_text("utf-8"))
        # Models that were converted earlier have no sample and no golden pictures.
        files = [*manifest["files"], *(manifest.get("sample") or {}).get("files", [])]
        files += [golden] if (golden := manifest.get("golden")) else []
        sizes = {Path(file["name"]).name: file["size"] for file in files}
    except (ValueError, KeyError, TypeError, AttributeError):
        return f"the model's manifest, {MANIFEST}, can't be read"
    for name, size in sizes.items():
        file = page / "model" / name
        if not file.is_file() or file.stat().st_size != size:
            return f"the model is incomplete: {name} is missing, or has another size than its manifest says"
    return None


def check_ready(page: Path, rooms: Rooms) -> None:
    """See whether there is a page, and a place to keep rooms in. Raises ContractError; may wait for the disk."""
    missing = find_missing(page)
    if missing:
        raise ContractError("notReady", came=missing)
    rooms.check()


def blueprint(rooms: Rooms, tries: Tries, settings: Settings) -> Blueprint:
    """Return the routes.

    Args:
        rooms: The open rooms.
        tries: How often a code or a secret may be tried.
        settings: For the page's folder and the largest data set.
    """
    routes = Blueprint("routes", __name__)
    page = settings.page_folder().resolve()
    copies = CompressedCopies(page)
    limits = RoomLimits(settings)

    @routes.get("/api/model")
    def model() -> Response:
        try:
            return jsonify(json.loads((page / MANIFEST).read_text("utf-8")))
        except (OSError, ValueError):
            raise ContractError("notReady", came=find_missing(page) or "the model's manifest can't be read") from None

    @routes.post("/api/rooms")
    def create_room() -> tuple[Response, int]:
        tries.count_new_room(address())
        room = rooms.create()
        tries.remember(address(), room.code)
        secret = rooms.change(room, lambda room: room.owner.claim(is_kept=True))
        return jsonify(ok=True, room=room.code, ownerSecret=secret), 201

    @routes.get("/api/rooms/<code>")
    def room(code: str) -> Response:
        code = fields.room_code(code)
        with tries.one(address(), code):
            return jsonify(ok=True, **rooms.find(code).summary())

    @routes.get("/api/rooms/<code>/dataset")
    def get_dataset(code: str) -> Response:
        code = fields.room_code(code)
        with tries.one(address(), code):
            room = rooms.find(code)
            room.owner.check_secret(bearer())
        answer = Response(dataset.to_json(room.content()), mimetype="application/json")
        answer.headers["Content-Disposition"] = f'attachment; filename="{room.code}.json"'
        return answer

    @routes.get("/api/rooms/<code>/thumbnails/<path:example>")
    def get_thumbnail(code: str, example: str) -> Response:
        code = fields.room_code(code)
        with tries.one(address(), code):
            room = rooms.find(code)
            room.owner.check_secret(bearer())
        thumbnail = room.journal.thumbnail(example)
        kind = picture_kind(thumbnail) if thumbnail else None
        if thumbnail is None or kind is None:
            raise ContractError("notFound", came=request.path)
        answer = Response(thumbnail, mimetype=TYPES[f".{kind}"])
        answer.headers["Cache-Control"] = f"private, max-age={THUMBNAIL_SECONDS}"
        return answer

    @routes.put("/api/rooms/<code>/dataset")
    def put_dataset(code: str) -> Response:
        code = fields.room_code(code)
        with tries.one(address(), code) as attempt:
            known = rooms.known(code)
            if known is None:
                attempt.is_wrong = True  # else a file that can't be read would tell for nothing which rooms there are
            elif known.owner.is_chosen:
                known.owner.check_secret(bearer(), of_owner=True)  # before the work of reading; and again after it
            content = dataset.from_json(request.stream, limits)

            def replace(room: Room) -> tuple[str | None, Answer]:
                secret = room.owner.claim()
                room.owner.check_secret(secret or bearer(), of_owner=True)
                return secret, room.replace(content)

            secret, answer = rooms.change(rooms.open(code, attempt.make_room), replace)
        return jsonify(ok=True, room=code, **answer, **({"ownerSecret": secret} if secret else {}))

    @routes.get("/")
    def index() -> Response:
        if not (page / INDEX).is_file():
            raise ContractError("notReady", came=find_missing(page))
        return static(INDEX)

    @routes.get("/<path:path>")
    def static(path: str) -> Response:
        if path.startswith("api/"):
            # No route of this method; perhaps one of another.
            adapter = current_app.create_url_adapter(request)
            allowed = sorted(set(adapter.allowed_methods() if adapter else ()) - SAFE_METHODS)
            raise MethodNotAllowed(allowed) if allowed else ContractError("notFound", came=request.path)
        if path.endswith("/"):
            path += INDEX
        # One address a file: how long it may be kept depends on its name.
        if path != posixpath.normpath(path):
            raise ContractError("notFound", came=request.path)
        is_hashed = HASHED.fullmatch(path) is not None
        # A part is a part of the file itself, whatever the client could decompress.
        copy, encoding = (None, None) if "Range" in request.headers else copies.choose(path, request.accept_encodings)
        answer = send_from_directory(
            page,
            copy or path,
            mimetype=TYPES.get(Path(path).suffix.lower(), "application/octet-stream"),
            max_age=YEAR_SECONDS if is_hashed else None,
        )
        answer.vary.add("Accept-Encoding")
        if encoding:
            answer.content_encoding = encoding
            # A range of the compressed bytes would be of no use to anybody.
            answer.headers["Accept-Ranges"] = "none"
        if is_hashed:
            answer.cache_control.immutable = True
        return answer

    return routes


def address() -> str:
    """Return where a request comes from; see ``network_of``."""
    return network_of(request.remote_addr or "")


def bearer() -> str | None:
    """Return the secret in a request's Authorization header; None where it has none."""
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    return secret.strip() or None if scheme.lower() == "bearer" else None


def not_cached(answer: Response) -> Response:
    """Forbid caching, where the answer has no such header of its own."""
    answer.headers.setdefault("Cache-Control", "no-store")
    return answer


def error_answer(error: Exception) -> tuple[Response, int]:
    """Return any error in the one shape, with its status."""
    contract_error = _as_contract_error(error)
    return jsonify(ok=False, error=contract_error.as_dict()), contract_error.status


def _as_contract_error(error: Exception) -> ContractError:
    if isinstance(error, ContractError):
        return error
    if isinstance(error, MethodNotAllowed):
        return ContractError("methodNotAllowed", came=request.method, expected=", ".join(error.valid_methods or ()))
    if isinstance(error, RequestEntityTooLarge):
        return ContractError("bigMessage", came=request.content_length, expected=request.max_content_length)
    if isinstance(error, HTTPException):
        if error.code == 404:
            return ContractError("notFound", came=request.path)
        return ContractError("badRequest", came=f"{request.method} {request.path}", expected=error.description)
    return ContractError("internal")


def register(app: Flask, rooms: Rooms, tries: Tries, settings: Settings) -> None:
    """Add the routes and the error handlers to an application."""

    def unexpected(error: Exception) -> Any:
        # Not its path, which may name a room.
        app.logger.exception("The request %s %s failed.", request.method, request.url_rule)
        return error_answer(error)

    app.register_blueprint(blueprint(rooms, tries, settings))
    app.after_request(not_cached)
    app.register_error_handler(ContractError, error_answer)
    app.register_error_handler(HTTPException, error_answer)
    app.register_error_handler(Exception, unexpected)
