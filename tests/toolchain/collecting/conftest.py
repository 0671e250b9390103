"""A site of pictures for the tests of collecting, and what asks it."""

import contextlib
import http.server
import json
import threading
import time
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.toolchain.odd_files import encoded, picture
from toolchain.collecting.fetch import PoliteFetcher

RULES = b"User-agent: *\nDisallow: /private/\n"


class Site(http.server.BaseHTTPRequestHandler):
    """A site of pictures, and what sites do."""

    protocol_version = "HTTP/1.0"

    def do_GET(self):
        path = urlsplit(self.path).path
        self.server.asked.append((path, time.monotonic(), self.headers["User-Agent"]))
        times = sum(each[0] == path for each in self.server.asked)
        if path in self.server.special:
            self.reply(*self.server.special[path])
        elif path == "/robots.txt":
            self.reply(200, RULES, "text/plain")
        elif path.startswith("/slow/"):
            self.drip(path)
        elif path.startswith(("/photo/", "/private/")):
            self.reply(200, encoded(picture(int(path.rpartition("/")[2])), "JPEG"))
        elif path == "/busy" and times == 1:
            self.reply(429, b"", headers={"Retry-After": "7"})
        elif path == "/busy":
            self.reply(200, encoded(picture(70), "PNG"), "image/png")
        elif path == "/tired":
            self.reply(503, b"", headers={"Retry-After": "9999"})
        elif path == "/page":
            self.reply(200, b"<!doctype html>", "text/html")
        elif path == "/cut":
            self.reply(200, encoded(picture(71), "JPEG"), headers={"Content-Length": "999999"})
        elif path == "/huge":
            self.reply(200, b"", headers={"Content-Length": str(10**10)})
        elif path == "/away":
            self.reply(302, b"", headers={"Location": self.server.away})
        elif path == "/round":
            self.reply(302, b"", headers={"Location": "/round"})
        elif path == "/api":
            page = int(parse_qs(urlsplit(self.path).query)["page"][0])
            self.reply(200, json.dumps(self.server.pages[page - 1]).encode(), "application/json")
        else:
            self.reply(404, b"")

    def drip(self, path):
        """One byte after another, for ever."""
        if path == "/slow/body":
            self.wfile.write(b"HTTP/1.0 200 OK\r\n\r\n")
        elif path == "/slow/header":
            self.wfile.write(b"HTTP/1.0 200 OK\r\nX: ")
        with contextlib.suppress(OSError):
            while not self.server.is_over.wait(0.02):
                if path != "/slow/silence":
                    self.wfile.write(b"x")

    def reply(self, status, body, kind="image/jpeg", headers=None):
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def site():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.asked, server.away, server.special = [], "/photo/1", {}
    server.is_over = threading.Event()
    server.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield server
    server.is_over.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def waits():
    return []


@pytest.fixture
def fetch(waits):
    return PoliteFetcher(delay_seconds=0, allow_private=True, sleep=waits.append)
