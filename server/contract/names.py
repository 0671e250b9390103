"""The names that people give to projects and to themselves. Anything may import this module."""

from server.contract.errors import ContractError
from server.contract.limits import LIMITS


def as_display_name(value: object) -> str:
    """Check a project's or a person's name: text of at most ``nameCharacters``; "" is no name yet.

    Raises:
        ContractError: badName.

    Example:
        >>> as_display_name("Fruit")
        'Fruit'
    """
    limit = LIMITS["nameCharacters"]
    # Half a character, which JSON can spell, could not be sent to anyone.
    if not isinstance(value, str) or len(value) > limit or any("\ud800" <= each <= "\udfff" for each in value):
        came = value.encode("utf-8", "replace").decode() if isinstance(value, str) else value
        raise ContractError("badName", came=came, expected=limit)
    return value
