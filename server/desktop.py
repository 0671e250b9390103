"""Opens the browser of whoever sits at this computer. Only ``server/__main__.py`` imports this module."""

import os
import sys
import threading
import webbrowser
from collections.abc import Mapping
from typing import Final

#: Where one of these is set, nobody sits here: a remote shell, a build.
REMOTE: Final = ("SSH_CONNECTION", "SSH_TTY", "CI")
#: Where none of these is set, Linux shows no windows.
SCREENS: Final = ("DISPLAY", "WAYLAND_DISPLAY")


def has_desktop(environment: Mapping[str, str] = os.environ, platform: str = sys.platform) -> bool:
    """Say whether somebody sits at this computer, before a screen with windows.

    Args:
        environment: The process's environment variables.
        platform: As ``sys.platform``.

    Example:
        >>> has_desktop({"DISPLAY": ":0"}, "linux"), has_desktop({}, "linux"), has_desktop({}, "win32")
        (True, False, True)
        >>> has_desktop({"DISPLAY": ":10", "SSH_CONNECTION": "10.0.0.7 50000 10.0.0.8 22"}, "linux")
        False
    """
    if any(environment.get(name) for name in REMOTE):
        return False
    return platform in ("win32", "darwin") or any(environment.get(name) for name in SCREENS)


def open_browser(address: str) -> threading.Thread | None:
    """Open an address in this user's browser; where that can't be done, nothing happens.

    Args:
        address: What to open.

    Returns:
        The thread that opens it: some systems take seconds. None where nobody sits at this computer.
    """
    if not has_desktop():
        return None
    # A daemon: a browser that hangs as it starts must not keep the server from ending.
    thread = threading.Thread(target=_open, args=(address,), name="browser", daemon=True)
    thread.start()
    return thread


def _open(address: str) -> None:
    try:
        browser = webbrowser.get()
        # One in the terminal would take it from the server, unless somebody wants that one.
        in_terminal = type(browser) is webbrowser.GenericBrowser and not os.environ.get("BROWSER")
        if not in_terminal:
            browser.open(address)
    except (OSError, webbrowser.Error):
        pass  # the terminal shows the address
