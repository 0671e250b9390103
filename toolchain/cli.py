"""The command line: ``python -m toolchain``. Each command is a module of ``toolchain.commands``."""

import errno
import importlib
import signal
import sys
from pathlib import Path
from typing import Any, Final

import click

from toolchain.errors import ToolchainError

#: In the order in which they are used.
ORDER: Final = ("collect", "clean", "split", "embed", "train", "evaluate", "predict", "review", "lessons")
#: There is no room on the disk, or no more for this person.
_FULL: Final = (errno.ENOSPC, errno.EDQUOT)


class Commands(click.Group):
    """A group that loads a command when it is asked for: ``--help`` of one does not wait for the others' packages."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        there = {path.stem for path in (Path(__file__).parent / "commands").glob("[a-z]*.py")}
        return [*(name for name in ORDER if name in there), *sorted(there - {*ORDER})]

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Return a command; None where there is none of the name."""
        if name not in self.list_commands(ctx):
            return None
        command: click.Command = importlib.import_module(f"toolchain.commands.{name}").command
        return _with_lines_kept(command)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write each command with its whole first sentence: click would cut it short."""
        with formatter.section("Commands"):
            found = {name: self.get_command(ctx, name) for name in self.list_commands(ctx)}
            formatter.write_dl([(name, each.get_short_help_str(1000)) for name, each in found.items() if each])

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command. Its explained errors end it with one message, never with a traceback."""
        from convert.errors import ConvertError
        from server.contract.errors import ContractError

        # So that a command that is stopped tidies up after itself, as it does after Ctrl-C.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
        try:
            return super().invoke(ctx)
        except ConvertError as error:
            raise ToolchainError(error.message, error.hint) from error
        except ContractError as error:
            raise ToolchainError(str(error)) from error
        except ModuleNotFoundError as error:
            raise ToolchainError(
                f"The package {error.name} is not installed.", "Install what folders of photos need: make toolchain"
            ) from error
        except KeyboardInterrupt:
            click.echo("\nStopped. Photos that are done stay done: give the same command again to go on.", err=True)
            sys.exit(128 + signal.SIGINT)
        except OSError as error:
            if error.errno in _FULL:
                raise ToolchainError(
                    f"The disk is full: {error.filename or 'where the command writes'}.",
                    "Make room, or write elsewhere (--out, --cache), then run the command again.",
                ) from error
            place = f": {error.filename}" if error.filename else ""
            raise ToolchainError(
                f"{error.strerror or error}{place}.", "Check the place and the disk, then run the command again."
            ) from error


def _with_lines_kept(command: click.Command) -> click.Command:
    """Return the command; its examples keep their lines.

    Click wants a backspace before them, which a docstring can't have without being hard to read.
    """
    command.help = (command.help or "").replace("\\b\n", "\b\n")
    return command


@click.group(cls=Commands, context_settings={"show_default": True, "max_content_width": 100})
def main() -> None:
    r"""Folders of photos: clean, train, evaluate and predict.

    A folder of photos holds a folder for each class. No command changes a photo: each writes elsewhere (split.csv alone
    into the folder itself), names files that it could not use with the reason, and can be stopped and started again.

    \b
    Examples:
      python -m toolchain clean photos --out clean
      python -m toolchain train clean --out models/cat-dog
      python -m toolchain predict -c "cat,dog" -p unsorted
    """


_with_lines_kept(main)
