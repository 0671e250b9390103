"""The errors that ``python -m toolchain`` shows a person: what came, what was expected, what to do."""

import click


class ToolchainError(click.ClickException):
    """Something that the person who gave the command can put right. The exit code is 1.

    Args:
        message: What went wrong: what came, and what was expected.
        hint: What to do next.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(f"{message}\n{hint}" if hint else message)
        self.hint = hint
