"""``python -m server``: reads the settings and serves the page and its rooms."""

import errno
import os
import socket
from pathlib import Path
from typing import Any

import click

from server.classroom.addresses import is_on_every_address, lan_address
from server.settings import Settings, environment_name, setting_rows
from server.store.commands import COMMANDS

BLAS_VARIABLES = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


def create_listener(host: str, port: int) -> socket.socket:
    """Return a listening socket.

    Raises:
        click.ClickException: With one line: what is wrong, and what to do.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(address[:2], family=family, backlog=2048)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            message = f"Port {port} is taken: is Show & Tell running already? Choose another with --port."
        elif error.errno == errno.EACCES:
            message = f"Port {port} is not allowed to you: choose one of 1024 or more with --port."
        else:
            message = f"Can't listen on {host}, port {port}: {error.strerror}. Choose an address with --host."
        raise click.ClickException(message) from None


def start_message(settings: Settings, port: int) -> str:
    """Return the lines that say where the server is."""
    scheme = "https" if settings.cert else "http"
    is_public = is_on_every_address(settings.host)
    host = "127.0.0.1" if is_public else settings.host
    lines = [f"Show & Tell is at {scheme}://{f'[{host}]' if ':' in host else host}:{port}/"]
    if is_public:
        address = lan_address()
        lines += [f"On this network: {scheme}://{address}:{port}/"] if address else []
        lines += [] if settings.cert else ["The cameras of other devices need https: give --cert and --key."]
    lines.append(f"Rooms are kept in {'PostgreSQL' if settings.database else settings.data_folder()}")
    return "\n".join(lines)


def limit_blas(threads: int) -> None:
    """Set the threads of a matrix product: by environment before NumPy loads, and in the library after."""
    for variable in BLAS_VARIABLES:
        os.environ[variable] = str(threads)
    import numpy  # noqa: F401
    from threadpoolctl import threadpool_limits

    threadpool_limits(threads)


def serve(**values: Any) -> None:
    """Serve the page and its rooms until stopped."""
    try:
        settings = Settings(**values)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    for name in ("cert", "key"):
        if getattr(settings, name) and not Path(getattr(settings, name)).is_file():
            raise click.UsageError(f"There is no file {getattr(settings, name)}, given as --{name}.")
    listener = create_listener(settings.host, settings.port)
    port = listener.getsockname()[1]
    if not (Path(settings.page) / "index.html").is_file():
        click.echo(
            f"The page is not built: {settings.page} has no index.html. Run make setup, or give --page.", err=True
        )

    limit_blas(settings.blas_threads)
    from server.app import App
    from server.process import Process, configure_logging
    from server.store.storage_error import StorageError
    from server.store.store import Store

    configure_logging(settings.log_level)
    try:
        store = Store.open(settings.database or settings.data_folder())
    except StorageError as error:
        raise click.ClickException(f"{error.message} {error.hint}") from None
    try:
        app = App(settings, store)
        Process(settings, listener, app, lambda: click.echo(start_message(settings, port))).serve_until_stopped()
    finally:
        store.close()


@click.pass_context
def serve_unless_commanded(context: click.Context, /, **values: Any) -> None:
    """Serve, where no command about the kept rooms was given."""
    if context.invoked_subcommand is None:
        serve(**values)


main = click.Group(
    "server",
    callback=serve_unless_commanded,
    invoke_without_command=True,
    commands={str(command.name): command for command in COMMANDS},
    help="Serve the page and its rooms. Every option can also be given as the environment variable that stands by it.",
    params=[
        click.Option(
            [f"--{name.replace('_', '-')}"],
            type=type(default),
            default=default,
            help=text,
            envvar=environment_name(name),
            show_default=True,
            show_envvar=True,
        )
        for name, default, text in setting_rows()
    ],
)

if __name__ == "__main__":
    main(prog_name="python -m server")
