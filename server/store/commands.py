"""What whoever looks after the server can do to the rooms: ``python -m server backup | restore | rooms | delete``.

Imports no NumPy at first, like ``server/settings.py``: the command line is read before NumPy's threads are set.
"""

import datetime
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from server.contract.errors import ContractError
from server.settings import Settings, setting_rows

T = TypeVar("T")
#: What people write between the words of a room's code.
BETWEEN_WORDS: Final = re.compile(r"[\s_-]+")
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


def _in_folder(data: str | None, database: str | None, instead: str) -> Settings:
    """Return where the rooms are: in a folder. Raises click.UsageError where PostgreSQL keeps the rooms."""
    settings = _settings(data, database)
    if settings.database:
        raise click.UsageError(f"PostgreSQL keeps the rooms, and has a program of its own for this: {instead}.")
    return settings


def explain(error: ContractError, settings: Settings) -> str:
    """Return what went wrong with the rooms, and what whoever looks after the server can do."""
    if error.code != "notOpened":
        return f"{error.message} {error.hint}"
    place = "the database that --database names" if settings.database else f"{settings.data_folder()}"
    return f"{error.message} It was looked for in {place}: mend that, or name another place with --data or --database."


def _done(do: Callable[[], T], settings: Settings) -> T:
    """Return what was done. Raises click.ClickException with what went wrong, and what to do."""
    try:
        return do()
    except ContractError as error:
        if error.code == "storeInUse":
            raise click.ClickException(f"{error.message} Stop it first, and start it again afterwards.") from None
        raise click.ClickException(explain(error, settings)) from None


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@_place_options
def backup(file: Path, data: str | None, database: str | None) -> None:
    """Write all rooms into FILE, while the server may go on."""
    from server.store.backup import back_up

    settings = _in_folder(data, database, "pg_dump")
    count = _done(lambda: back_up(settings.data_folder(), file), settings)
    held = "1 room" if count == 1 else f"{count} rooms"
    click.echo(f"{file} holds {held}. Whoever has it has all that was taught there: keep it safe.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@_place_options
def restore(file: Path, data: str | None, database: str | None) -> None:
    """Put the rooms in FILE in the place of those that are kept. Stop the server first."""
    from server.store import backup as backups

    settings = _in_folder(data, database, "pg_restore")
    kept = _done(lambda: backups.restore(settings.data_folder(), file), settings)
    click.echo(f"The rooms of {file} are in {settings.data_folder()} now. Pages give back what they have beside it.")
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
        store = _done(lambda: Store.open(settings.database), settings)
        found = _done(store.rooms, settings)
        store.close()
    else:
        found = _done(lambda: list_rooms(settings.data_folder()), settings)
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
    store = _done(lambda: Store.open(settings.database or settings.data_folder()), settings)
    try:
        codes = tuple(BETWEEN_WORDS.sub("-", code.strip()).upper() for code in codes)
        here = _done(lambda: store.positions(codes), settings)
        for code in codes:
            if code not in here:
                raise click.ClickException(f"There is no room {code}. Nothing was deleted.")
        if not yes:
            click.confirm(f"Delete {', '.join(codes)} for ever?", abort=True)
        for code in codes:
            _done(lambda code=code: store.delete(code), settings)  # type: ignore[misc]
            click.echo(f"{code} is deleted. Backups that were made before still have it.")
    finally:
        store.close()


@click.command()
@_place_options
def restored(data: str | None, database: str | None) -> None:
    """Make pages give back what a database lost that was restored by other means. Stop all servers first."""
    from server.store.store import Store

    settings = _settings(data, database)
    store = _done(lambda: Store.open(settings.database or settings.data_folder()), settings)
    try:
        _done(store.renew_identity, settings)
        click.echo("Pages that were in a room which is not there any more give back what they have of it.")
    finally:
        store.close()


COMMANDS: Final = (backup, restore, restored, rooms, delete)
