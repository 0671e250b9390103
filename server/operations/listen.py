"""``python -m server listen ROOM``: what the devices in a room see, a line of JSON each, for other programs.

It asks a running server over HTTP (``server/transport/answer_streams.py``) and imports nothing of this one.
"""

import json
import ssl
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterable, Iterator
from typing import Final

import click

#: Seconds until a server that is gone is asked again.
RETRY_SECONDS: Final = 1.0
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
    context = ssl.create_default_context(cafile=cafile) if url.startswith("https:") else None
    is_told = has_listened = False
    try:
        while True:
            try:
                with urllib.request.urlopen(address, timeout=SILENT_SECONDS, context=context) as stream:  # noqa: S310 - checked
                    is_told, has_listened = False, True
                    for answer in answers(stream):
                        click.echo(answer)
            except urllib.error.HTTPError as error:
                # A room may come back with whoever taught it: their page gives it back.
                if error.code < 500 and not has_listened:
                    raise click.ClickException(reason(error)) from None
            except (OSError, ValueError) as error:
                if isinstance(error, BrokenPipeError):
                    sys.stderr.close()  # whoever read the lines is gone: Python would complain when it ends
                    return
                if not is_told:
                    click.echo(f"The server at {url} is not there: {error}. It is asked again.", err=True)
                is_told = True
            time.sleep(RETRY_SECONDS)
    except KeyboardInterrupt:
        return


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
