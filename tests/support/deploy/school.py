"""A whole deployment as plain processes: nginx as ``deploy/`` configures it, three workers, Redis, PostgreSQL."""

import contextlib
import re
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tests.support.deploy.redis import RedisServer, program
from tests.support.server import ROOT, Client, ServerProcess
from tests.support.store.postgresql import Postgresql, free_port

WORKERS = 3


class School:
    """What runs, and how it is reached.

    Attributes:
        port: nginx's; ``clients`` are those that the end of the test closes.
    """

    def __init__(self, folder: Path, page: Path, database: Postgresql, redis: RedisServer) -> None:
        self.database, self.redis = database, redis
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.clients: list[Client] = []
        self._options = ("--page", str(page), "--database", database.new_database(), "--redis", redis.url)
        self._options += ("--proxies", "1", "--requests-per-second", "100000")
        with ThreadPoolExecutor(WORKERS) as executor:
            self.workers = list(executor.map(lambda _: ServerProcess(*self._options), range(WORKERS)))
        self._nginx = self._start_nginx(folder)

    def kill(self, number: int) -> None:
        """Kill a worker."""
        self.workers[number].process.kill()
        self.workers[number].process.wait()

    def restart(self, number: int) -> None:
        """Start a worker again that was killed, on its port."""
        self.workers[number].close()
        self.workers[number] = ServerProcess(*self._options, port=self.workers[number].port)

    def spread(self) -> list[Client]:
        """A client at each worker, all through nginx."""
        found: dict[str, Client] = {}
        tries = 0
        while len(found) < WORKERS:
            client = Client(self, f"&room={tries}")  # type: ignore[arg-type]
            worker = client.websocket.response.headers["X-Worker"]
            if worker in found:
                client.websocket.close()
            found.setdefault(worker, client)
            tries += 1
        return [found[f"127.0.0.1:{worker.port}"] for worker in self.workers]

    def close(self) -> list[str]:
        """Stop everything; what the workers wrote to stderr."""
        for client in self.clients:
            with contextlib.suppress(Exception):
                client.websocket.close()
        self._nginx.terminate()
        self._nginx.wait(20)
        return [worker.close() for worker in self.workers]

    def _start_nginx(self, folder: Path) -> "subprocess.Popen[Any]":
        nginx = program("nginx", "nginx")
        text = (ROOT / "deploy" / "nginx.conf").read_text("utf-8")
        text = text.replace(
            "listen 443 ssl;", f"listen 127.0.0.1:{self.port};\nadd_header X-Worker $upstream_addr always;"
        )
        text = re.sub(r"^\s*ssl_.*$", "", text, flags=re.MULTILINE)
        text = text.replace("/run/nginx.pid", str(folder / "nginx.pid")).replace("/var/log/nginx", str(folder))
        kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        paths = "".join(f"{kind}_temp_path {folder / kind};\n" for kind in kinds)
        text = text.replace("include workers.conf;", f"{paths}include workers.conf;")
        workers = (ROOT / "deploy" / "workers.conf").read_text("utf-8")
        for number, worker in enumerate(self.workers, 1):
            workers = workers.replace(f"127.0.0.1:800{number}", f"127.0.0.1:{worker.port}")
        (folder / "nginx.conf").write_text(text, "utf-8")
        (folder / "workers.conf").write_text(workers, "utf-8")
        run = [nginx, "-c", str(folder / "nginx.conf"), "-p", str(folder), "-e", str(folder / "error.log")]
        process = subprocess.Popen([*run, "-g", "daemon off;"])
        deadline = time.monotonic() + 20
        while not (folder / "nginx.pid").is_file() or not (folder / "nginx.pid").read_text():
            assert process.poll() is None, (folder / "error.log").read_text()
            assert time.monotonic() < deadline, "nginx did not start"
            time.sleep(0.01)
        return process


@contextlib.contextmanager
def running_school(folder: Path, page: Path, database: Postgresql, redis: RedisServer) -> Iterator[School]:
    school = School(folder, page, database, redis)
    try:
        yield school
    finally:
        school.close()
