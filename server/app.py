"""The application: makes every part and hands each what it needs. Only ``server/__main__.py`` and tests import it."""

from engineio.payload import Payload
from flask import Flask
from flask_socketio import SocketIO
from werkzeug.middleware.proxy_fix import ProxyFix

from server.api import events, hosts, routes
from server.api.headers import SecureHeaders
from server.rooms.rooms import Rooms
from server.rooms.storage import MemoryStorage, Storage
from server.settings import Settings
from server.transport import frames, packet, websocket

# For a burst of requests, each with an attachment, in one polled payload: beyond Engine.IO's 16, all of it is dropped.
Payload.max_decode_packets = 512


def create_app(settings: Settings | None = None, storage: Storage | None = None) -> Flask:
    """Make an application.

    Args:
        settings: None for the defaults.
        storage: Where rooms are kept; None for nowhere but in memory.

    Returns:
        The application; its ``extensions`` have "socketio" and "rooms".
    """
    settings = settings or Settings()
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = settings.message_bytes
    app.json.sort_keys = False  # type: ignore[attr-defined]  # keys in class order

    socketio = SocketIO()
    rooms = Rooms(settings, storage or MemoryStorage(), events.announcer(socketio))
    app.extensions["rooms"] = rooms
    events.register(socketio, rooms, settings)
    socketio.init_app(  # type: ignore[call-arg]
        app,
        async_mode="threading",
        client_manager=frames.PerClientManager(),
        async_handlers=False,
        manage_session=False,
        serializer=packet.bounded_packet(settings.message_bytes),
        max_http_buffer_size=settings.transport_bytes,
        ping_interval=settings.ping_interval,
        ping_timeout=settings.ping_timeout,
    )
    frames.install(socketio.server)  # type: ignore[attr-defined]
    websocket.install(socketio.server.eio, settings.transport_bytes)  # type: ignore[attr-defined]
    routes.register(app, rooms, settings)

    checked = hosts.HostCheck(app.wsgi_app, hosts.own_names(settings))
    app.wsgi_app = SecureHeaders(checked)  # type: ignore[method-assign]
    if settings.proxies:
        count = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    return app
