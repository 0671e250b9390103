"""Runs the application under gunicorn: one worker process, one thread for each connection.

There is one worker because rooms live in its memory; ``docs/decisions/003-server.md`` says why threads. Only
``server/__main__.py`` imports this module.
"""

import ctypes
import logging
import os
import signal
import socket
import sys
from collections.abc import Callable
from typing import Any, Final

from flask import Flask
from gunicorn.app.base import BaseApplication

from server.settings import Settings

STOP_SECONDS: Final = 1
PARENT_DEATH_SIGNAL: Final = 1  # PR_SET_PDEATHSIG


class Server(BaseApplication):  # type: ignore[misc]
    """gunicorn with the application.

    Args:
        settings: The server's.
        listener: A listening socket.
        create_app: Makes the application; called once, before the worker is forked.
        announce_ready: Called in the worker once it serves.
    """

    def __init__(
        self,
        settings: Settings,
        listener: socket.socket,
        create_app: Callable[[], Flask],
        announce_ready: Callable[[], None],
    ) -> None:
        self._settings = settings
        self._listener = listener
        self._create_app = create_app
        self._announce_ready = announce_ready
        super().__init__()

    def load_config(self) -> None:
        """Configure gunicorn."""
        settings = self._settings
        values: dict[str, Any] = {
            "bind": f"fd://{self._listener.detach()}",
            "worker_class": "gthread",
            "workers": 1,
            "threads": settings.threads,
            "worker_connections": settings.threads + 1000,
            "preload_app": True,
            # A worker that is only slow, or whose laptop slept, must not be killed: its rooms would be lost.
            "timeout": 0,
            "graceful_timeout": STOP_SECONDS,
            "keepalive": 15,
            "loglevel": settings.log_level,
            "control_socket_disable": True,
            "post_fork": _die_with_parent,
            "post_worker_init": self._on_worker_ready,
            "worker_exit": _exit_now,
        }
        if settings.cert:
            values |= {"certfile": settings.cert, "keyfile": settings.key}
        for name, value in values.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Make the application."""
        logging.basicConfig(level=self._settings.log_level.upper(), format="%(levelname)s %(name)s: %(message)s")
        return self._create_app()

    def _on_worker_ready(self, worker: Any) -> None:
        if worker.age == 1:  # not again for a worker that replaces another
            self._announce_ready()


def _die_with_parent(_arbiter: Any, worker: Any) -> None:
    """Make Linux end the worker with the process that started it; elsewhere gunicorn does, within a second."""
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None).prctl(PARENT_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != worker.ppid:  # the parent ended just before
        os._exit(1)


def _exit_now(_arbiter: Any, worker: Any) -> None:
    """End the worker at once: its threads wait on open websockets, and Python would wait for the threads."""
    if worker.booted and worker.pid == os.getpid():
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)
