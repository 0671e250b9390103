"""What was confirmed is there once and none twice: after kill -9, after a power cut, after PostgreSQL's end."""

import random
import shutil
import signal
import subprocess
import sys
import threading
import time

import pytest

from server.store.storage_error import StorageError
from server.store.store import Store
from tests.support.server import ROOT
from tests.support.store.appending import ROOMS, numbers
from tests.support.store.facts import added

KILLS = 20
COPIES = 20


class Appending:
    """The process that appends, and what it has confirmed."""

    def __init__(self, place):
        command = [sys.executable, "-m", "tests.support.store.appending", place]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        self.confirmed = dict.fromkeys(ROOMS, 0)
        assert self.process.stdout.readline() == "ready\n", "it could not open the store"
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self.process.stdout:
            if line.endswith("\n") and len(words := line.split()) == 2:
                self.confirmed[words[0]] = int(words[1])

    def kill(self):
        self.process.kill()
        self.process.wait()
        self._reader.join()
        self.process.stdout.close()


def check_has_all(place, confirmed):
    """Every number is there once, in order, up to the last that was confirmed at least."""
    store = Store.open(place)
    try:
        for code in ROOMS:
            found = numbers(store.load(code))
            assert found == list(range(1, len(found) + 1))
            assert len(found) >= confirmed[code]
    finally:
        store.close()


@pytest.mark.timeout(300)
def test_kill__every_confirmed_example_is_there_once(place):
    chance = random.Random(20)
    confirmed = 0
    for _ in range(KILLS if "://" not in place else KILLS // 4):
        appending = Appending(place)
        time.sleep(chance.uniform(0.01, 0.4))
        appending.kill()
        check_has_all(place, appending.confirmed)
        confirmed = max(confirmed, *appending.confirmed.values())
    assert confirmed > 0


@pytest.mark.timeout(300)
def test_power_cut__a_copy_of_the_files_has_what_was_confirmed(tmp_path):
    """The process stands still while its files are copied: they are as a cut would leave them."""
    chance = random.Random(21)
    folder = tmp_path / "data"
    appending = Appending(str(folder))
    try:
        for number in range(COPIES):
            time.sleep(chance.uniform(0.01, 0.2))
            confirmed = dict(appending.confirmed)
            appending.process.send_signal(signal.SIGSTOP)
            copy = tmp_path / f"copy-{number}"
            shutil.copytree(folder, copy)
            appending.process.send_signal(signal.SIGCONT)
            check_has_all(str(copy), confirmed)
            shutil.rmtree(copy)
        assert min(confirmed.values()) > 0
    finally:
        appending.kill()


def test_kill__of_postgresql_loses_nothing_and_the_store_goes_on(database_server, open_store):
    store = open_store(database_server.new_database())
    for turn in range(3):
        futures = [store.append("A", [added(number)]) for number in range(40)]
        confirmed = futures[turn * 15].result(30)
        database_server.kill()
        failed = [future.exception(30) for future in futures]
        with pytest.raises(StorageError, match="does not answer"):
            store.append("C", [added(0)]).result(30)
        database_server.start()
        store.load("C")
        room = store.load("A")
        assert room.seq == len(room.facts) >= confirmed
        assert room.seq >= sum(error is None for error in failed)
        assert store.append("B", [added(turn)]).result(30) == turn + 1
