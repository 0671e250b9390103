"""What whoever looks after the server can do to the rooms: ``python -m server backup | restore | rooms | delete``.

Imports no NumPy at first, like ``server/settings.py``: the command line is read before NumPy's threads are set.
"""

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from server.contract.errors import ContractError
from server.settings import Settings, setting_rows

T = TypeVar("T")
TIME: Final = "%Y-%m-%d %H:%M"


def _place_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Let a command take --data and --database after its name as well; before it, they are the server's."""
    for name, _, text in reversed([row for row in setting_rows() if row[0] in ("data", "database")]):
        command = click.option(f"--{name}", default=None, help=text)(command)
    return command


def _settings(data: str | None, database: str | None) -> Settings:
    """Return where the rooms are. Raises click.UsageError for what can't be."""
    context = click.get_current_context().parent
    given = context.params if context else {}
    try:
        return Settings(
            data=given.get("data", "") if data is None else data,
            database=given.get("database", "") if database is None else database,
        )
    except ValueError as error:
        raise click.UsageError(str(error)) from None


def _folder(data: str | None, database: str | None, instead: str) -> Path:
    """Return the data folder. Raises click.UsageError where PostgreSQL keeps the rooms."""
    settings = _settings(data, database)
    if settings.database:
        raise click.UsageError(f"PostgreSQL keeps the rooms, and has a program of its own for this: {instead}.")
    return settings.data_folder()


def _done(do: Callable[[], T]) -> T:
    """Return what was done. Raises click.ClickException with what went wrong, and what to do."""
    try:
        return do()
    except ContractError as error:
        raise click.ClickException(f"{error.message} {error.hint}") from None


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@_place_options
def backup(file: Path, data: str | None, database: str | None) -> None:
    """Write all rooms into FILE, while the server may go on."""
    from server.store.backup import back_up

    folder = _folder(data, database, "pg_dump")
    count = _done(lambda: back_up(folder, file))
    click.echo(f"{file} holds {count} rooms. Whoever has it has all that was taught in them: keep it safe.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@_place_options
def restore(file: Path, data: str | None, database: str | None) -> None:
    """Put the rooms in FILE in the place of those that are kept. Stop the server first."""
    from server.store import backup as backups

    folder = _folder(data, database, "pg_restore")
    kept = _done(lambda: backups.restore(folder, file))
    click.echo(f"The rooms of {file} are in {folder} now.")
    if kept:
        click.echo(f"What was there before is kept: {kept}. Delete it when you do not need it any more.")


@click.command()
@_place_options
def rooms(data: str | None, database: str | None) -> None:
    """List all rooms: code, size, when they were made and last used."""
    from server.store.backup import list_rooms
    from server.store.store import Store

    settings = _settings(data, database)
    if settings.database:
        store = _done(lambda: Store.open(settings.database))
        found = _done(store.rooms)
        store.close()
    else:
        found = _done(lambda: list_rooms(settings.data_folder()))
    width = max([4, *(len(room.code) for room in found)])
    click.echo(f"{'room':{width}}  {'MB':>8}  {'made':16}  last used")
    for room in found:
        made, used = (datetime.datetime.fromtimestamp(time).strftime(TIME) for time in (room.created_at, room.used_at))
        click.echo(f"{room.code:{width}}  {room.bytes / 1e6:8.1f}  {made:16}  {used}")


@click.command()
@click.argument("codes", metavar="CODE...", nargs=-1, required=True)
@click.option("--yes", is_flag=True, help="Do not ask.")
@_place_options
def delete(codes: tuple[str, ...], yes: bool, data: str | None, database: str | None) -> None:
    """Delete rooms with all that was taught in them, for ever. Stop the server first."""
    from server.store.store import Store

    settings = _settings(data, database)
    store = _done(lambda: Store.open(settings.database or settings.data_folder()))
    try:
        here = _done(lambda: store.positions(codes))
        for code in codes:
            if code not in here:
                raise click.ClickException(f"There is no room {code}. Nothing was deleted.")
        if not yes:
            click.confirm(f"Delete {', '.join(codes)} for ever?", abort=True)
        for code in codes:
            _done(lambda code=code: store.delete(code))  # type: ignore[misc]
            click.echo(f"{code} is deleted. Backups that were made before still have it.")
    finally:
        store.close()


@click.command()
@_place_options
def restored(data: str | None, database: str | None) -> None:
    """Say that a database was restored by other means: pages give back what it lost. Stop all servers first."""
    from server.store.store import Store

    settings = _settings(data, database)
    store = _done(lambda: Store.open(settings.database or settings.data_folder()))
    try:
        _done(store.renew_identity)
        click.echo("Pages that were in a room which is not there any more give back what they have of it.")
    finally:
        store.close()


COMMANDS: Final = (backup, restore, restored, rooms, delete)
