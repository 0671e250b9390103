"""``python -m server listen ROOM``: what the devices in a room see, a line of JSON each, for other programs.

It asks a running server over HTTP (``server/transport/answer_streams.py``) and imports nothing of this one.
"""

import http.client
import json
import ssl
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

import click

#: Seconds until a server that is gone is asked again.
RETRY_SECONDS: Final = 1.0
#: The longest pause after refusals.
MAX_RETRY_SECONDS: Final = 60.0
#: From here on an answer says that something is wrong with the server, and not with what was asked.
SERVERS_OWN: Final = 500
OWN_HOSTS: Final = frozenset({"127.0.0.1", "localhost", "::1"})
#: A server says so often that it is alive, and more often than this.
SILENT_SECONDS: Final = 40.0
DATA: Final = b"data:"


@click.command()
@click.argument("room")
@click.option("--url", default="http://127.0.0.1:8000", show_default=True, help="Where the server is.")
@click.option(
    "--cafile",
    type=click.Path(exists=True, dir_okay=False),
    help="Certificate of the authority (PEM) that the server's https comes from.",
)
def listen(room: str, url: str, cafile: str | None) -> None:
    """Print what the devices in ROOM see, a line of JSON for each answer, until Ctrl+C.

    A device tells it once its person has allowed that, in the actions of a class.
    """
    address = f"{url.rstrip('/')}/api/rooms/{urllib.parse.quote(room, safe='')}/events"
    if not url.startswith(("http://", "https://")):
        raise click.UsageError(f"--url came as {url}; an address that begins with http:// or https:// was expected.")
    open_stream = opener(url, cafile)
    told, has_listened, pause = "", False, RETRY_SECONDS
    try:
        while True:
            try:
                with open_stream(address, timeout=SILENT_SECONDS) as stream:
                    click.echo(f"Listening to the room {room}. Ctrl+C ends this.", err=True)
                    told, has_listened, pause = "", True, RETRY_SECONDS
                    for answer in answers(stream):
                        click.echo(answer)
                why = ""
            except urllib.error.HTTPError as error:
                why = reason(error)
                # A room may come back with whoever taught it: their page gives it back.
                if error.code < SERVERS_OWN and not has_listened:
                    raise click.ClickException(why) from None
                # Each is a try of a code, which the server counts.
                pause = min(2 * pause, MAX_RETRY_SECONDS)
            except (OSError, ValueError, http.client.HTTPException) as error:
                if isinstance(error, BrokenPipeError):
                    sys.stderr.close()  # whoever read the lines is gone: Python would complain when it ends
                    return
                why = f"The server at {url} is not there: {error}."
            if why and why != told:
                click.echo(f"{why} It is asked again.", err=True)
            told = why
            time.sleep(pause)
    except KeyboardInterrupt:
        return


def opener(url: str, cafile: str | None) -> Callable[..., Any]:
    """Return what opens an address: this computer's own without the proxy, which would not reach it.

    Args:
        url: The server's.
        cafile: Certificate of the authority that its https comes from (PEM).
    """
    handlers: list[urllib.request.BaseHandler] = []
    if url.startswith("https:"):
        handlers.append(urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=cafile)))
    try:
        host = urllib.parse.urlsplit(url).hostname or ""
    except ValueError:
        host = ""
    if host in OWN_HOSTS:
        handlers.append(urllib.request.ProxyHandler({}))
    return urllib.request.build_opener(*handlers).open


def answers(lines: Iterable[bytes]) -> Iterator[str]:
    r"""Yield the answers in a stream of events, each as one line of JSON.

    Example:
        >>> list(answers([b": alive\n", b"event: answered\n", b'data: {"label": "cat"}\n', b"\n"]))
        ['{"label": "cat"}']
    """
    for line in lines:
        if line.startswith(DATA):
            yield json.dumps(json.loads(line[len(DATA) :]), ensure_ascii=False)


def reason(error: urllib.error.HTTPError) -> str:
    """Return why a server refuses, in its own words where it has some."""
    try:
        told = json.loads(error.read())["error"]
        return f"{told['message']} {told['hint']}"
    except (ValueError, KeyError, TypeError):
        return f"The server answered {error.code}."
