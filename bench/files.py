"""The largest project as a file, on the real page: opened and kept, saved, and the memory that it takes meanwhile."""

import io
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
from PIL import Image
from playwright.sync_api import Page

from bench.browser import keeping_page
from bench.table import Row
from server.exchange.content import ContentClass, ContentExample, ProjectContent
from server.exchange.showandtell import read_showandtell, write_showandtell
from server.knn.model import Model

N: Final = 20_000
PICTURE_BYTES: Final = 2_000
PICTURE_PX: Final = 96
#: The figures of the project are worked out meanwhile, by a worker that takes memory of its own.
REST_MS: Final = 15_000
MB: Final = 1_000_000
# A browser with pickers opens windows that can't be driven.
NO_PICKERS: Final = "delete window.showSaveFilePicker; delete window.showOpenFilePicker;"
MODEL: Final = "async () => (await fetch('model/manifest.json')).json()"
NOTICE: Final = """(words) => document.querySelector(".notice-bar")?.textContent.includes(words)"""


def project(model: Model) -> ProjectContent:
    """Return the largest project, with random numbers and pictures, which do not get smaller when they are packed."""
    random = np.random.default_rng(1)
    plain = io.BytesIO()
    Image.new("RGB", (PICTURE_PX, PICTURE_PX)).save(plain, "JPEG")
    picture = plain.getvalue()
    size = PICTURE_BYTES - len(picture)
    rests = [random.bytes(size) for _ in range(N)]
    examples = [
        ContentExample(f"example {i}", f"Class {i % 5}", f"recording {i // 40}", picture + rest)
        for i, rest in enumerate(rests)
    ]
    classes = [ContentClass(f"Class {i}", i) for i in range(5)]
    numbers = random.standard_normal((N, model.dimension), dtype=np.float32)
    return ProjectContent("Largest", model, None, classes, examples, numbers)


class Memory:
    """The most that the browser's processes take while the context lasts: resident, shared pages counted once."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.before = self.most = 0.0

    def __enter__(self) -> "Memory":
        self.before = self.most = self._now()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    @property
    def grown(self) -> float:
        """The most, less what it was at the beginning, in MB."""
        return self.most - self.before

    def _watch(self) -> None:
        while not self._stop.wait(0.1):
            self.most = max(self.most, self._now())

    def _now(self) -> float:
        children: dict[int, list[int]] = {}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rsplit(")", 1)[1].split()
            except OSError:  # it has ended
                continue
            children.setdefault(int(fields[1]), []).append(int(stat.parent.name))
        todo, total = list(children.get(os.getpid(), [])), 0.0
        while todo:
            pid = todo.pop()
            todo += children.get(pid, [])
            try:
                rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
            except OSError:
                continue
            total += sum(int(line.split()[1]) / 1000 for line in rollup.splitlines() if line.startswith("Pss:"))
        return total


def timed(opened: Page, act: Callable[[], Any], words: str) -> float:
    """Return the milliseconds until the page says these words."""
    began = time.perf_counter()
    act()
    opened.wait_for_function(NOTICE, arg=words, polling=20, timeout=300_000)
    return (time.perf_counter() - began) * 1000


def files() -> Iterator[Row]:
    """Open the largest project's file, then save it; then both in Python."""
    with tempfile.TemporaryDirectory() as folder, keeping_page(f"{folder}/profile") as (opened, address):
        opened.add_init_script(NO_PICKERS)
        opened.goto(address)
        opened.locator(".classes-empty").wait_for()
        manifest = opened.evaluate(MODEL)
        path = Path(folder) / "largest.showandtell"
        content = project(Model(manifest["id"], manifest["dimension"]))
        began = time.perf_counter()
        write_showandtell(content, path)
        python_saves = (time.perf_counter() - began) * 1000
        began = time.perf_counter()
        read_showandtell(path)
        python_opens = (time.perf_counter() - began) * 1000
        what = f"{N:,} examples of {manifest['dimension']:,} numbers, with pictures"
        size = path.stat().st_size / MB

        with opened.expect_file_chooser() as chooser:
            opened.keyboard.press("Control+o")
        with Memory() as memory:
            opens = timed(opened, lambda: chooser.value.set_files(path), "is open")
        yield Row(f"Open a file and keep it in the browser, {what}", opens, bound="<= 8000 ms")
        yield Row("Memory while it is opened, more than before", memory.grown, "the file", size, "<= 3", "MB")
        opened.wait_for_timeout(REST_MS)
        with Memory() as memory, opened.expect_download(timeout=300_000):
            saves = timed(opened, lambda: opened.keyboard.press("Control+s"), "in your downloads")
        yield Row(f"Save it to a file, {what}", saves, bound="<= 5000 ms")
        yield Row("Memory while it is saved, more than before", memory.grown, "the file", size, "<= 3", "MB")
    yield Row(f"Python opens the file, {what}", python_opens)
    yield Row(f"Python saves the file, {what}", python_saves)
