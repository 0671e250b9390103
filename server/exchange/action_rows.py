"""The actions in a project's file: the list in project.json, and the sounds and pictures beside it.

The server keeps them, and does nothing else with them. ``docs/file.md`` describes them. The twin is
``web/src/exchange/action-rows.js``.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from server.contract.actions import ACTION_FIELDS, FILE_KINDS, complete_action, file_kind, is_kind
from server.contract.errors import ContractError
from server.contract.limits import LIMITS
from server.exchange.bad_file import bad_file

#: Stands for "I don't know" where actions are kept by label.
UNKNOWN_KEY: Final = ""
FILE_NAME: Final = re.compile(rf"actions/[0-9]{{1,9}}\.(?:{'|'.join(FILE_KINDS)})")

#: Actions by label, in the order of the file.
Actions = Mapping[str, Sequence[Mapping[str, Any]]]


def read_action_rows(value: object) -> dict[str, list[dict[str, Any]]]:
    """Read the list of project.json. Kinds that it doesn't know are left out.

    Args:
        value: Untrusted.

    Returns:
        The actions by label; their files are names in the zip.

    Raises:
        ContractError: badFile.

    Example:
        >>> read_action_rows([{"label": "cat", "actions": [{"kind": "count"}, {"kind": "dance"}]}])
        {'cat': [{'kind': 'count', 'cooldown': 0}]}
    """
    if value is None:
        return {}
    if not isinstance(value, list) or len(value) > LIMITS["classesPerRoom"] + 1:
        raise bad_file("project.json: actions", "[{…}]")
    names: set[object] = set()

    def is_name(name: object) -> bool:
        is_new = isinstance(name, str) and FILE_NAME.fullmatch(name) is not None and name not in names
        names.add(str(name))
        return is_new

    rows: dict[str, list[dict[str, Any]]] = {}
    for row in value:
        label, actions = (row.get("label"), row.get("actions")) if isinstance(row, dict) else (None, None)
        if not isinstance(label, str) or not isinstance(actions, list) or label in rows:
            raise bad_file("project.json: actions", "[{…}]")
        known = [action for action in actions if isinstance(action, dict) and is_kind(action.get("kind"))]
        try:
            rows[label] = [complete_action(action, is_name) for action in known]
        except ContractError as error:
            raise bad_file("project.json: actions", error.expected) from error
    return rows


def check_action_rows(rows: Actions, labels: set[str]) -> None:
    """Refuse actions that no project could hold.

    Args:
        rows: Their files are bytes.
        labels: Those of the classes.

    Raises:
        ContractError: badAction.
    """
    for label, actions in rows.items():
        if label != UNKNOWN_KEY and label not in labels:
            raise ContractError("badAction", came=label, expected="label")
        if len(actions) > LIMITS["actionsPerClass"]:
            raise ContractError("badAction", came=len(actions), expected=f"≤ {LIMITS['actionsPerClass']}")
        for action in actions:
            kinds = ACTION_FIELDS.get(str(action.get("kind")), {}).get("file", {}).get("of", [])
            if complete_action(action, lambda file, kinds=kinds: _is_file(file, kinds)) != action:  # type: ignore[misc]
                # What a file can't have would be lost, or could not be written at all.
                raise ContractError("badAction", came=sorted(map(str, action)), expected="all fields, and no others")


def _is_file(file: object, kinds: Sequence[str]) -> bool:
    return isinstance(file, bytes) and 0 < len(file) <= LIMITS["actionFileBytes"] and file_kind(file) in kinds


def name_action_files(rows: Actions) -> tuple[list[dict[str, object]], dict[str, bytes]]:
    """Return the list as project.json has it, and the files by their names in the zip."""
    files: dict[str, bytes] = {}

    def named(action: Mapping[str, Any]) -> dict[str, Any]:
        if action.get("file") is None:
            return dict(action)
        name = f"actions/{len(files)}.{file_kind(action['file'])}"
        files[name] = action["file"]
        return {**action, "file": name}

    written: list[dict[str, object]] = [
        {"label": label, "actions": [named(action) for action in actions]} for label, actions in rows.items()
    ]
    return written, files
