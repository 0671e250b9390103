"""The one shape of errors: what came, what was expected, what to do.

The texts live in ``contract/errors.json``, which the page reads too. Anything may import this module; it needs no
NumPy. Its twin is ``web/src/contract/errors.js``.
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
    """What travels to a client as ``error``.

    ``came`` and ``expected`` are what fills the text's placeholders, exactly as in ``message`` and ``hint``, so that a
    client can fill a text of its own. Each is "" where the text has no such placeholder.
    """

    code: str
    message: str
    hint: str
    came: str
    expected: str


ERRORS: Final[dict[str, ErrorText]] = json.loads((CONTRACT / "errors.json").read_text("utf-8"))
PLACEHOLDER: Final = re.compile(r"\{(came|expected)\}")
MAX_SHOWN_CHARACTERS: Final = 60


def shown(value: object) -> str:
    """Return a value as an error may quote it: short, and on one line.

    Example:
        >>> shown("cat"), shown([1, 2])
        ('"cat"', '[1, 2]')
    """
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, str) else str(value)
    text = " ".join(text.split())
    return text if len(text) <= MAX_SHOWN_CHARACTERS else f"{text[:MAX_SHOWN_CHARACTERS]}…"


class ContractError(ValueError):
    """A request that the contract refuses.

    Args:
        code: A key of ``contract/errors.json``.
        came: What came; quoted and shortened.
        expected: What was expected.

    Attributes:
        code: The machine-readable name of the error.
        message: What came and what was expected.
        hint: What to do next.
        came: What came, as the text has it; "" where the text does not have it.
        expected: What was expected, likewise.
        status: The HTTP status that goes with it.

    Example:
        >>> error = ContractError("badK", came=0)
        >>> error.message, error.came
        ('k came as 0; a whole number of at least 1 was expected.', '0')
    """

    def __init__(self, code: str, *, came: object = "", expected: object = "") -> None:
        text = ERRORS[code]
        values = {"came": shown(came), "expected": str(expected)}

        def fill(template: str) -> str:
            # Not str.format: a label may hold braces of its own.
            return PLACEHOLDER.sub(lambda match: values[match[1]], template)

        placeholders = PLACEHOLDER.findall(text["message"] + text["hint"])
        self.code = code
        self.came = values["came"] if "came" in placeholders else ""
        self.expected = values["expected"] if "expected" in placeholders else ""
        self.status = text["status"]
        self.message = fill(text["message"])
        self.hint = fill(text["hint"])
        super().__init__(f"{self.message} {self.hint}")

    def as_dict(self) -> ErrorObject:
        """Return the error as it travels.

        Example:
            >>> ContractError("tooFast", expected=60).as_dict()["expected"]
            '60'
        """
        return {
            "code": self.code,
            "message": self.message,
            "hint": self.hint,
            "came": self.came,
            "expected": self.expected,
        }
