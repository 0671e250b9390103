"""The examples in the docstrings of the server's modules are true."""

import asyncio
import doctest
import importlib
import io
import threading

import numpy as np
import pytest

from server.knn import KNN
from server.knn.model import Model
from server.rooms.insights_thread import InsightsThread
from server.rooms.people.members import Member
from server.rooms.room import Room
from server.rooms.rooms import Rooms
from server.rooms.storage import MemoryStorage
from server.settings import Settings
from tests.support.server import ROOT

FOLDERS = ("api", "contract", "operations", "rooms", "rooms/codes", "rooms/people", "store", "transport")
MODULES = [
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for folder in FOLDERS
    for path in sorted((ROOT / "server" / folder).glob("*.py"))
    if path.stem != "__init__"
]
MODULES += ["server.knn.model", "server.knn.options", "server.settings"]
EXAMPLES = [
    example
    for module in MODULES
    for example in doctest.DocTestFinder().find(importlib.import_module(module), module)
    if example.examples
]


def examples_in(owner):
    return {example.name.removeprefix(f"{owner}.") for example in EXAMPLES if example.name.startswith(f"{owner}.")}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_example__gives_what_it_shows(example):
    room = Room("KIWI-42", Settings(), MemoryStorage(), lambda *_: None, InsightsThread())
    room.enter("first", Model("tiny", 2))
    room.add_example(np.array([1, 0], np.float32), "cat", "example-1")
    rooms = Rooms(Settings(), MemoryStorage(), lambda *_: None)
    rooms.open("KIWI-42")
    # What the docstrings of Room and Rooms start from, and names that a reader knows or finds at once.
    example.globs |= {
        "room": room,
        "look": room.look,
        "rooms": rooms,
        "np": np,
        "KNN": KNN,
        "Model": Model,
        "Member": Member,
        "threading": threading,
    }
    example.globs |= {"threading": threading, "Settings": Settings, "MemoryStorage": MemoryStorage}
    example.globs |= {"InsightsThread": InsightsThread, "asyncio": asyncio, "io": io}
    printed = []
    doctest.DocTestRunner().run(example, out=printed.append)
    assert not printed, "".join(printed)


@pytest.mark.parametrize(
    "owner",
    [
        "server.rooms.room.Room",
        "server.rooms.look.Look",
        "server.rooms.rooms.Rooms",
        "server.rooms.change_log.ChangeLog",
    ],
)
def test_example__every_public_method_has_one(owner):
    module, name = owner.rsplit(".", 1)
    methods = {
        method
        for method, value in vars(getattr(importlib.import_module(module), name)).items()
        if not method.startswith("_") and callable(value)
    }
    assert methods <= examples_in(owner)
