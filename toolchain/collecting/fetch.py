"""Fetches addresses politely and safely.

Politely: it says who it is, asks robots.txt, waits between two requests to a host, and does what a busy host asks.
Safely: only http and https, no address inside a network where somebody else's list must not reach, redirects included,
and never more bytes or time than allowed.
"""

import datetime
import http.client
import io
import socket
import ssl
import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any, Final
from urllib.parse import SplitResult, urljoin, urlsplit
from urllib.robotparser import RobotFileParser

from toolchain.collecting.addresses import is_public

AGENT: Final = "ShowAndTell/0.1 (a teachable machine for classrooms; collects pictures for teaching)"
_TIMEOUT_SECONDS: Final = 30
#: From an address to its picture, redirects and tries included; waiting that a host asks for is not.
_LONGEST_SECONDS: Final = 300.0
_MOST_REDIRECTS: Final = 5
_MOST_TRIES: Final = 4
#: A host may ask to wait so long; for more it is given up.
_LONGEST_WAIT_SECONDS: Final = 120.0
_ROBOTS_BYTES: Final = 512 * 1024
_PIECE_BYTES: Final = 64 * 1024
_BUSY: Final = (429, 502, 503, 504)
_REDIRECTS: Final = (301, 302, 303, 307, 308)


class FetchError(Exception):
    """An address that can't be had, or must not; says why, without the address."""


class PoliteFetcher:
    """Fetches addresses, one at a time.

    Args:
        delay_seconds: Between two requests to one host.
        allow_private: Whether addresses inside this network may be fetched.
        sleep: Waits; for tests.
        longest_seconds: What takes longer is given up, however little is missing.
    """

    def __init__(
        self,
        delay_seconds: float = 1.0,
        allow_private: bool = False,
        sleep: Callable[[float], None] = time.sleep,
        longest_seconds: float = _LONGEST_SECONDS,
    ) -> None:
        self._delay = delay_seconds
        self._allow_private = allow_private
        self._sleep = sleep
        self._longest = longest_seconds
        self._until = 0.0
        self._last: dict[str, float] = {}
        self._robots: dict[str, RobotFileParser | FetchError | None] = {}

    def __call__(self, url: str, max_bytes: int) -> bytes:
        """Return what is at an address.

        Args:
            url: http or https.
            max_bytes: More is not read.

        Raises:
            FetchError: It can't be had, or must not.
        """
        self._until = time.monotonic() + self._longest
        try:
            status, body = self._follow(url, max_bytes)
        except ValueError as error:
            # Addresses from lists and servers: brackets, names that no computer can have, and the like.
            raise FetchError(f"it is no address: {error}") from error
        if status != http.client.OK:
            raise FetchError(f"the server answers {status} {http.client.responses.get(status, '')}".strip())
        return body

    def _follow(self, url: str, max_bytes: int) -> tuple[int, bytes]:
        for _ in range(_MOST_REDIRECTS + 1):
            # First: what is no web address has no robots.txt.
            _parts_of(url)
            self._check_robots(url)
            status, headers, body = self._get(url, max_bytes)
            if status not in _REDIRECTS:
                return status, body
            url = urljoin(url, headers.get("Location", ""))
        raise FetchError("it redirects again and again")

    def _check_robots(self, url: str) -> None:
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._robots:
            # It has its own time: what the address took so far says nothing about another server's rules.
            start, until = time.monotonic(), self._until
            self._until = start + self._longest
            try:
                self._robots[origin] = self._read_robots(origin)
            except FetchError as error:
                # Not asked for again in this run.
                self._robots[origin] = error
            self._until = until + time.monotonic() - start
        rules = self._robots[origin]
        if isinstance(rules, FetchError):
            raise FetchError(str(rules))
        if rules is not None and not rules.can_fetch(AGENT, url):
            raise FetchError("its robots.txt forbids it")

    def _read_robots(self, origin: str) -> RobotFileParser | None:
        """Return the rules; None where there are none, as RFC 9309 says.

        Raises:
            FetchError: It can't be reached or the server fails, which forbids everything.
        """
        url = f"{origin}/robots.txt"
        for _ in range(_MOST_REDIRECTS + 1):
            try:
                status, headers, body = self._get(url, _ROBOTS_BYTES, is_cut=True)
            except FetchError as error:
                raise FetchError(f"its robots.txt can't be read: {error}") from error
            if status not in _REDIRECTS:
                break
            url = urljoin(url, headers.get("Location", ""))
        if status >= http.client.INTERNAL_SERVER_ERROR:
            raise FetchError(f"its robots.txt can't be read: the server answers {status}")
        if status != http.client.OK:
            return None
        rules = RobotFileParser()
        rules.parse(body.decode("utf-8-sig", "replace").splitlines())
        return rules

    def _get(self, url: str, max_bytes: int, is_cut: bool = False) -> tuple[int, http.client.HTTPMessage, bytes]:
        """Return status, headers and body; a busy host is asked again after the time that it names.

        Args:
            url: http or https.
            max_bytes: More is not read.
            is_cut: Whether more is cut off; else it is an error.
        """
        for attempt in range(1, _MOST_TRIES + 1):
            self._wait_for(urlsplit(url).netloc)
            try:
                status, headers, body = self._request(url, max_bytes, is_cut)
            except (OSError, http.client.HTTPException, ssl.SSLError) as error:
                if time.monotonic() >= self._until:
                    raise FetchError(f"it takes longer than {self._longest:g} seconds") from error
                if attempt == _MOST_TRIES:
                    raise FetchError(f"it can't be reached: {str(error) or type(error).__name__}") from error
                self._wait(2.0**attempt)
                continue
            if status not in _BUSY or attempt == _MOST_TRIES:
                return status, headers, body
            wait = _wanted_wait(headers, attempt)
            if wait > _LONGEST_WAIT_SECONDS:
                raise FetchError(f"the server wants to be left alone for {wait:.0f} seconds")
            self._wait(wait)
        raise FetchError("it can't be reached")

    def _wait_for(self, host: str) -> None:
        due = self._last.get(host, -self._delay) + self._delay - time.monotonic()
        if due > 0:
            self._wait(due)
        self._last[host] = time.monotonic()

    def _wait(self, seconds: float) -> None:
        start = time.monotonic()
        self._sleep(seconds)
        self._until += time.monotonic() - start

    def _request(self, url: str, max_bytes: int, is_cut: bool) -> tuple[int, http.client.HTTPMessage, bytes]:
        connection, path = self._connect(url)
        try:
            headers = {"User-Agent": AGENT, "Accept": "image/*, application/json;q=0.9, */*;q=0.5"}
            connection.request("GET", path, headers=headers)
            with connection.getresponse() as response:
                length = response.headers.get("Content-Length")
                is_large = _is_number(length) and int(length or 0) > max_bytes
                if response.status == http.client.OK and is_large and not is_cut:
                    raise FetchError(f"it is larger than {max_bytes // 2**20} MB")
                body = bytearray()
                while len(body) <= max_bytes and (piece := response.read(_PIECE_BYTES)):
                    body += piece
                if len(body) > max_bytes:
                    if not is_cut:
                        raise FetchError(f"it is larger than {max_bytes // 2**20} MB")
                    del body[max_bytes:]
                elif _is_number(length) and len(body) < int(length or 0):
                    raise http.client.IncompleteRead(bytes(body), int(length or 0) - len(body))
                return response.status, response.headers, bytes(body)
        finally:
            connection.close()

    def _connect(self, url: str) -> tuple[http.client.HTTPConnection, str]:
        """Return a connection to the very address that was checked: a name could be looked up differently twice."""
        parts, host, port = _parts_of(url)
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        place = str(found[0][4][0])
        if not self._allow_private and not all(is_public(str(each[4][0])) for each in found):
            raise FetchError("it is inside this network; --allow-private allows that")
        connection = (_CheckedHttps if parts.scheme == "https" else _Checked)(host, port, place, self._until)
        path = parts.path or "/"
        query = f"?{parts.query}" if parts.query else ""
        return connection, "".join(each if each.isascii() and each > " " else _escaped(each) for each in path + query)


def _parts_of(url: str) -> tuple[SplitResult, str, int]:
    """Return the parts of a web address, its host and its port.

    Raises:
        FetchError: It is none that may be fetched; says what one looks like.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as error:
        raise FetchError(f"it is no address: {error}") from error
    host = parts.hostname
    if parts.scheme not in ("http", "https") or not host or parts.username or parts.password:
        raise FetchError(
            "only http and https addresses without a password are fetched, such as https://example.org/cat.jpg"
        )
    return parts, host, port


def _escaped(character: str) -> str:
    return "".join(f"%{octet:02X}" for octet in character.encode("utf-8", "surrogateescape"))


def _is_number(text: str | None) -> bool:
    return bool(text) and str(text).isascii() and str(text).isdigit()


def _wanted_wait(headers: http.client.HTTPMessage, attempt: int) -> float:
    """Return for how many seconds a busy host wants to be left alone: a number, or until a date."""
    wanted = headers.get("Retry-After", "")
    if _is_number(wanted):
        return float(wanted)
    try:
        due = parsedate_to_datetime(wanted)
    except (ValueError, OverflowError):
        return 2.0**attempt
    # A date without a zone is in UTC.
    due = due.replace(tzinfo=due.tzinfo or datetime.timezone.utc)
    # Where one of the two clocks is wrong the date may be over.
    return max(2.0**attempt, (due - datetime.datetime.now(datetime.timezone.utc)).total_seconds())


class _Checked(http.client.HTTPConnection):
    def __init__(self, host: str, port: int, place: str, until: float) -> None:
        super().__init__(host, port, timeout=_TIMEOUT_SECONDS)
        self._place = place
        self._until = until
        self.response_class: Any = partial(_TimedResponse, until=until)

    def connect(self) -> None:
        """Connect to the checked address."""
        self.sock = socket.create_connection((self._place, self.port), _seconds_left(self._until))


class _CheckedHttps(_Checked):
    default_port = 443

    def connect(self) -> None:
        """Connect to the checked address, and check that it is who it says."""
        super().connect()
        self.sock.settimeout(_seconds_left(self._until))
        self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)


class _TimedResponse(http.client.HTTPResponse):
    """An answer that has to be there at a time, however slowly it drips."""

    def __init__(self, sock: socket.socket, *args: Any, until: float, **options: Any) -> None:
        super().__init__(sock, *args, **options)
        # The standard one sets the time for each read only, of which there may be any number.
        self.fp.close()
        self.fp = io.BufferedReader(_TimedReader(sock, until))


class _TimedReader(io.RawIOBase):
    def __init__(self, sock: socket.socket, until: float) -> None:
        self._sock = sock
        self._file = sock.makefile("rb", buffering=0)
        self._until = until

    def readable(self) -> bool:
        """Return that it is."""
        return True

    def readinto(self, buffer: Any) -> int | None:
        """Read what is there, within the time that is left."""
        self._sock.settimeout(_seconds_left(self._until))
        return self._file.readinto(buffer)

    def close(self) -> None:
        """Close the file, and with the last one the socket."""
        self._file.close()
        super().close()


def _seconds_left(until: float) -> float:
    """Return how long the next step may take.

    Raises:
        TimeoutError: Not at all.
    """
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return min(left, _TIMEOUT_SECONDS)
