"""Connections that send what no client sends, or too much at once: others are served, and these end."""

import asyncio
import contextlib
import json
import select
import socket

import pytest
import requests

from server.api.proxied import Proxied
from server.transport import wsgi
from tests.support.server import WAIT_SECONDS


@contextlib.contextmanager
def connected(app):
    with socket.create_connection(("127.0.0.1", app.port), WAIT_SECONDS) as connection:
        yield connection


def upload(body, size):
    """The start of an upload: a header, and a part of its body."""
    return f"PUT /api/rooms/LIME-1/dataset HTTP/1.1\r\nHost: localhost\r\nContent-Length: {size}\r\n\r\n{body}".encode()


def answer(connection):
    """What comes, up to the end of the JSON of an error."""
    text = b""
    while not text.endswith(b"}\n") and (part := connection.recv(4096)):
        text += part
    return text


def has_come(connection, seconds=0.0):
    return bool(select.select([connection], [], [], seconds)[0])


def test_uploads__only_so_many_are_taken_at_once(app):
    with contextlib.ExitStack() as stack:
        slow = [stack.enter_context(connected(app)) for _ in range(wsgi.UPLOADS_AT_ONCE)]
        for connection in slow:
            connection.sendall(upload("{", 2))
        # Those before it have been read once another request is answered.
        assert app.test_client().get("/healthz").status_code == 200
        late = stack.enter_context(connected(app))
        late.sendall(upload("{}", 2))
        assert app.test_client().get("/healthz").status_code == 200
        assert not has_come(late, 0.3)
        slow[0].sendall(b"}")
        assert b"badDataset" in answer(late)


@pytest.mark.parametrize("is_paused", [True, False])
def test_body__is_late_only_where_it_is_waited_for(app, monkeypatch, is_paused):
    monkeypatch.setattr("server.transport.connections.BODY_SECONDS", 0.2)
    taken = wsgi.WsgiBridge.__call__

    async def call(self, scope, receive, send):
        if scope["method"] == "PUT" and is_paused:
            await has_waited.wait()
        await taken(self, scope, receive, send)

    has_waited = asyncio.Event()
    monkeypatch.setattr(wsgi.WsgiBridge, "__call__", call)
    with connected(app) as connection:
        connection.sendall(upload("x" * 200_000, 200_001))
        if is_paused:
            # Three times as long as a late body would have.
            assert not has_come(connection, 0.6)
            app.app._announcer.loop.call_soon_threadsafe(has_waited.set)
            connection.sendall(b"x")
            assert b"badDataset" in answer(connection)
        else:
            assert connection.recv(4096) == b""


def test_attachment_that_is_broken__is_answered_over_polling(app):
    http = app.test_client()
    path = "/socket.io/?EIO=4&transport=polling"
    path += f"&sid={json.loads(http.get(path).text[1:])['sid']}"
    http.post(path, data="40")
    http.get(path)
    frames = ['451-7["classify",{},{"_placeholder":true,"num":0}]', "b!", '428["classify",{}]']
    http.post(path, data="\x1e".join(frames))
    answers = http.get(path).text.split("\x1e")
    assert [(each[:3], json.loads(each[3:])[0]["error"]["code"]) for each in answers] == [
        ("437", "badRequest"),
        ("438", "notJoined"),
    ]


def test_poll__of_a_session_that_is_over_is_refused_and_is_no_error(start_server):
    server = start_server()
    answer = requests.get(f"{server.url}/socket.io/?EIO=4&transport=polling&sid=over", timeout=WAIT_SECONDS)
    assert answer.status_code == 400
    assert server.close() == ""


def test_upgrade__that_cannot_be_read_is_refused_and_ends(app):
    lines = ["Host: localhost", "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13"]
    lines += [f"Sec-WebSocket-Key: {'A' * 22}==", *(f"X-{n}: 1" for n in range(200)), "", ""]
    with connected(app) as connection:
        request = "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n" + "\r\n".join(lines)
        connection.sendall(request.encode())
        assert connection.recv(4096).startswith(b"HTTP/1.1 400")
        assert connection.recv(4096) == b""


def test_empty_line__after_an_answer_keeps_no_connection_open(app, monkeypatch):
    monkeypatch.setattr("server.transport.connections.HEADER_SECONDS", 0.5)
    with connected(app) as connection:
        connection.sendall(b"GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: localhost\r\n\r\n")
        answer = b""
        while b"}" not in answer:
            answer += connection.recv(4096)
        connection.sendall(b"\r\n")
        while connection.recv(4096):
            pass


def test_proxied__headers_in_several_lines_are_one_list():
    async def application(scope, receive, send):
        seen.append(scope["client"])

    seen = []
    lines = [(b"x-forwarded-for", b"6.6.6.6, 192.0.2.1"), (b"accept", b"*/*"), (b"x-forwarded-for", b"10.0.0.1")]
    scope = {"type": "http", "client": ("10.0.0.2", 1), "headers": lines}
    for proxies in (1, 2, 3, 4):
        asyncio.run(Proxied(application, proxies)(scope, None, None))
    assert [client[0] for client in seen] == ["10.0.0.1", "192.0.2.1", "6.6.6.6", "10.0.0.2"]
