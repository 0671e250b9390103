"""Runs the application under gunicorn: one worker process, a thread a connection.

One worker, since rooms live in its memory; ``docs/decisions/003-server.md`` says why threads.
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
    """The application with its server.

    Args:
        settings: The server's.
        listener: A listening socket.
        load: Makes the application; called once, before the worker is forked.
        ready: Called in the worker once it serves.
    """

    def __init__(
        self, settings: Settings, listener: socket.socket, load: Callable[[], Flask], ready: Callable[[], None]
    ) -> None:
        self._settings = settings
        self._listener = listener
        self._load = load
        self._ready = ready
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
            # A worker that is merely slow, or whose laptop slept, must not be killed: its rooms would go with it.
            "timeout": 0,
            "graceful_timeout": STOP_SECONDS,
            "keepalive": 15,
            "loglevel": settings.log_level,
            "control_socket_disable": True,
            "post_fork": _die_with_parent,
            "post_worker_init": self._tell_ready,
            "worker_exit": _leave,
        }
        if settings.cert:
            values |= {"certfile": settings.cert, "keyfile": settings.key}
        for name, value in values.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Make the application."""
        logging.basicConfig(level=self._settings.log_level.upper(), format="%(levelname)s %(name)s: %(message)s")
        return self._load()

    def _tell_ready(self, worker: Any) -> None:
        if worker.age == 1:  # not again, should the worker have been replaced
            self._ready()


def _die_with_parent(_arbiter: Any, worker: Any) -> None:
    """Have the kernel end the worker with the process that started it, where it can; gunicorn looks once a second."""
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None).prctl(PARENT_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != worker.ppid:  # it went just before
        os._exit(1)


def _leave(_arbiter: Any, worker: Any) -> None:
    """End the worker now: its threads wait on open websockets, and Python would wait for them."""
    if worker.booted and worker.pid == os.getpid():
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)
