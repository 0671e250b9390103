"""The one error shape: what came, what was expected, what to do.

The texts live in ``contract/errors.json``, which the page reads too. Anything may import this module.
"""

import json
import re
from pathlib import Path
from typing import Final, TypedDict

CONTRACT: Final = Path(__file__).resolve().parents[2] / "contract"


class ErrorText(TypedDict):
    """One row of ``contract/errors.json``."""

    status: int
    message: str
    hint: str


class ErrorObject(TypedDict):
    """What travels to a client as ``error``."""

    code: str
    message: str
    hint: str


ERRORS: Final[dict[str, ErrorText]] = json.loads((CONTRACT / "errors.json").read_text("utf-8"))
MAX_SHOWN_CHARACTERS: Final = 60


def shown(value: object) -> str:
    """Return ``value`` as an error may quote it: short, and on one line."""
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, str) else str(value)
    text = " ".join(text.split())
    return text if len(text) <= MAX_SHOWN_CHARACTERS else f"{text[:MAX_SHOWN_CHARACTERS]}…"


class ContractError(ValueError):
    """A request that the contract refuses.

    Args:
        code: A key of ``contract/errors.json``.
        came: What arrived; quoted and shortened.
        expected: What should have arrived.

    Attributes:
        code: The machine-readable name of the error.
        message: What came and what was expected.
        hint: What to do next.
        status: The HTTP status that goes with it.
    """

    def __init__(self, code: str, *, came: object = "", expected: object = "") -> None:
        text = ERRORS[code]
        parts = {"came": shown(came), "expected": str(expected)}

        def fill(template: str) -> str:
            # Not str.format: a label may hold braces of its own.
            return re.sub(r"\{(came|expected)\}", lambda found: parts[found[1]], template)

        self.code = code
        self.status = text["status"]
        self.message = fill(text["message"])
        self.hint = fill(text["hint"])
        super().__init__(f"{self.message} {self.hint}")

    def as_dict(self) -> ErrorObject:
        """Return the error object that travels to a client."""
        return {"code": self.code, "message": self.message, "hint": self.hint}
