"""``python -m server``: reads the settings and serves the page and its rooms."""

import dataclasses
import os
import socket
import sys
import threading
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from server import VERSION
from server.classroom.addresses import is_on_every_address, listening_addresses, reachable, url
from server.classroom.notice import start_message
from server.desktop import has_desktop, open_browser
from server.listening import CannotListenError, create_listener
from server.operations.listen import listen
from server.settings import Settings, environment_name, setting_rows
from server.store.commands import COMMANDS, explain

if TYPE_CHECKING:
    from server.classroom.certificate import ServerCertificate
    from server.classroom.network_name import NetworkName

#: A browser that has not started by then does so without us.
BROWSER_SECONDS = 10.0
#: What a person wants, and the options for it.
EXAMPLES = (
    ("On this computer alone", ""),
    (
        "For a class: phones and laptops on this network, by https, without which they can't use their cameras",
        " --https --host 0.0.0.0",
    ),
    ("On another port, where 8000 is taken", " --port 8100"),
    ("What a command does", " backup --help"),
)
BLAS_VARIABLES = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


class LastingError(click.ClickException):
    """Only a person can mend it: whoever starts servers again should not. Its status is that of bad options."""

    exit_code = 2


def made_certificate(settings: Settings) -> "ServerCertificate | None":
    """Return the certificate to speak https with, where one is asked for and none is given.

    Raises:
        click.ClickException: With one line: what is wrong, and what to do.
    """
    if not settings.https or settings.cert:
        return None
    # Here, not above: without https the server starts 0.2 s sooner where nothing of the disk is in memory.
    from server.classroom.authority import BadCertificateFile
    from server.classroom.certificate import keep_certificate, machine_names

    try:
        return keep_certificate(
            settings.data_folder() / "classroom", machine_names([settings.host, *settings.host_names()])
        )
    except BadCertificateFile as error:
        raise LastingError(str(error)) from None


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
    try:
        listener = create_listener(settings.host, settings.port)
    except CannotListenError as error:
        if settings.browser and error.running and has_desktop():
            # Whoever starts it a second time wants to see it.
            click.echo(f"Show & Tell is running already, at {error.running}")
            wait_for(open_browser(error.running))
            return
        raise (LastingError if error.is_lasting else click.ClickException)(str(error)) from None
    port = listener.getsockname()[1]
    certificate = made_certificate(settings)
    if certificate:
        settings = dataclasses.replace(settings, cert=str(certificate.path), key=str(certificate.path))
    if not (settings.page_folder() / "index.html").is_file():
        click.echo(
            f"The page is not built: {settings.page_folder()} has no index.html. "
            "Install it again (make setup), or give --page.",
            err=True,
        )

    network_name = announced_name(settings, port, certificate) if certificate else None
    try:
        serve_on(settings, listener, certificate, network_name)
    finally:
        if network_name:
            network_name.stop()


def wait_for(opening: threading.Thread | None) -> None:
    """Give a browser time to be started before this process ends."""
    if opening:
        opening.join(BROWSER_SECONDS)


def announced_name(settings: Settings, port: int, certificate: "ServerCertificate") -> "NetworkName":
    """Return the server's name on the network, of those that its certificate is for."""
    from server.classroom.authority import SERVICE_NAME, as_address
    from server.classroom.network_name import NetworkName

    machine = socket.gethostname().split(".")[0].lower()
    candidates = [name for name in (SERVICE_NAME, f"{machine}.local") if name in certificate.names]
    addresses = [as_address(address) for address, kind in listening_addresses(settings.host) if kind == "lan"]
    return NetworkName(candidates, [str(each) for each in addresses if each and each.version == 4], port)


def serve_on(
    settings: Settings,
    listener: socket.socket,
    certificate: "ServerCertificate | None",
    network_name: "NetworkName | None",
) -> None:
    """Serve on a listening socket until stopped.

    Args:
        settings: With the certificate's file, where there is one.
        listener: A listening socket.
        certificate: The one that was made.
        network_name: The name that is being announced.
    """
    limit_blas(settings.blas_threads)
    from server.api import classroom
    from server.app import App
    from server.operations.log import configure_logging
    from server.operations.metrics import Metrics
    from server.process import Process
    from server.store.storage_error import StorageError
    from server.store.store import Store

    configure_logging(settings.log_level, settings.log_format)
    metrics = Metrics()
    try:
        store = Store.open(settings.database or settings.data_folder(), metrics.observe_commit)
    except StorageError as error:
        raise (LastingError if error.is_lasting else click.ClickException)(explain(error, settings)) from None
    scheme, port = "https" if settings.cert else "http", listener.getsockname()[1]
    name = network_name.wait() if network_name else None
    names = [name] if name else []

    def announce_ready() -> None:
        can_show = sys.stdout.isatty() and sys.stdout.encoding.lower().startswith("utf")
        click.echo(start_message(scheme, settings.host, port, names, certificate, can_show))
        click.echo(f"Rooms are kept in {'PostgreSQL' if settings.database else settings.data_folder()}")
        if sys.stdout.isatty():
            click.echo("Ctrl+C stops it.")
        if settings.browser:
            # The address that the message gives for this computer: a browser keeps projects for one address.
            own = "localhost" if scheme == "https" else "127.0.0.1"
            open_browser(url(scheme, own if is_on_every_address(settings.host) else settings.host, port))

    try:
        # It answers to the name only where it is this machine's.
        app = App(dataclasses.replace(settings, hosts=",".join([*settings.host_names(), *names])), store, metrics)
        addresses = partial(reachable, scheme, settings.host, port, names)
        authority = certificate.authority.der if certificate else None
        app.flask.register_blueprint(classroom.blueprint(addresses, authority))
        Process(settings, listener, app, announce_ready).serve_until_stopped()
    finally:
        store.close()


@click.pass_context
def serve_unless_commanded(context: click.Context, /, **values: Any) -> None:
    """Serve, where no command about the kept rooms was given."""
    if context.invoked_subcommand is None:
        serve(**values)


def option(name: str, default: object) -> str:
    """Return a setting's option as click takes it.

    Example:
        >>> option("room_days", 400), option("https", False)
        ('--room-days', '--https/--no-https')
    """
    text = name.replace("_", "-")
    return f"--{text}/--no-{text}" if isinstance(default, bool) else f"--{text}"


class Commands(click.Group):
    """The server's command line: whoever gives a class begins with the examples, and no line is cut short."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write each command with its whole first sentence."""
        with formatter.section("Commands"):
            rows = [(name, self.commands[name].get_short_help_str(1000)) for name in self.list_commands(ctx)]
            formatter.write_dl(rows)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write examples with the name that the command has here."""
        with formatter.section("Examples"):
            for words, options in EXAMPLES:
                formatter.write_text(f"{words}:")
                with formatter.indentation():
                    formatter.write_text(f"{ctx.command_path}{options}")


main = Commands(
    "server",
    callback=serve_unless_commanded,
    invoke_without_command=True,
    commands={str(command.name): command for command in (*COMMANDS, listen)},
    help="Serve the page and its rooms. Every option can also be given as the environment variable that stands by it.",
    params=[
        click.Option(
            [option(name, default)],
            type=type(default),
            is_flag=isinstance(default, bool),
            default=default,
            help=text,
            envvar=environment_name(name),
            show_default=True,
            show_envvar=True,
        )
        for name, default, text in setting_rows()
    ],
)
click.version_option(VERSION, message="Show & Tell %(version)s")(main)

if __name__ == "__main__":
    main(prog_name="python -m server")
