"""The page's code in a Node process that answers one line of JSON with another."""

import json
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class Node:
    """A script of ``web/tests/support`` that runs until it is closed."""

    def __init__(self, script):
        beside = ROOT / ".venv" / "bin" / "node"
        node = shutil.which("node") or (str(beside) if beside.exists() else None)
        assert node, "Node is missing: run `make setup`, which installs it from PyPI if need be"
        self.process = subprocess.Popen(
            [node, "--no-warnings", str(ROOT / "web" / "tests" / "support" / script)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def ask(self, question):
        """What the script answers."""
        print(json.dumps(question), file=self.process.stdin, flush=True)
        return json.loads(self.process.stdout.readline())

    def close(self):
        self.process.communicate()
