"""The log names nobody: what was taught, who taught it, in which room, from where. And it is text, or lines of JSON."""

import json
import logging
import subprocess
import sys
import threading

import pytest
import requests

from server.operations.log import MAX_SEEN, REPEAT_SECONDS, JsonFormatter, Repeats, TextFormatter, log_thread
from tests.support.server import MODEL, ROOT, WAIT_SECONDS, embedding_bytes

MARKED = ("marked", "127.0.0.1", "MARKED")


def teach(server):
    """Everything with a mark, good and bad, over socket and HTTP; returns the secrets that were given out."""
    client = server.client()

    def ask(event, *args):
        return client.call(event, args[0] if len(args) == 1 else args, timeout=WAIT_SECONDS)

    member = {"id": "marked-person", "name": "Marked Maria"}
    joined = ask("join", {"room": "MARKED-77", "model": MODEL, "member": member})
    assert joined["ok"]
    assert ask("addExample", {"id": "marked-id", "label": "marked cat"}, embedding_bytes(1))["ok"]
    assert ask("renameLabel", {"from": "marked cat", "to": "marked dog"})["ok"]
    assert not ask("renameLabel", {"from": "marked bird", "to": "marked dog"})["ok"]
    assert not ask("marked event", {})["ok"]
    assert not ask("addExample", {"id": "marked-id", "label": ["marked"]}, b"")["ok"]
    assert ask("nameProject", {"name": "marked project"})["ok"]
    assert ask("classify", {"k": 1}, embedding_bytes(1))["ok"]
    for path in ("/api/rooms/MARKED-77", "/api/rooms/MARKED-78", "/marked", "/api/rooms/MARKED-77/dataset"):
        requests.get(server.url + path, timeout=WAIT_SECONDS)
    url = f"{server.url}/api/rooms/MARKED-77/dataset"
    headers = {"Authorization": f"Bearer {joined['ownerSecret']}"}
    assert requests.put(url, json={"marked": "marked"}, headers=headers, timeout=WAIT_SECONDS).status_code == 400
    requests.get(f"{server.url}/", headers={"Host": "marked.example"}, timeout=WAIT_SECONDS)
    return [joined["secret"], joined["ownerSecret"]]


def test_json_log__is_lines_that_name_nobody(start_server):
    server = start_server("--log-format", "json", "--log-level", "debug")
    secrets = teach(server)
    lines = [json.loads(line) for line in server.close().splitlines()]
    answered = [line for line in lines if line["message"] == "A request was answered."]
    assert [(line["event"], line["outcome"]) for line in answered][:2] == [("join", "ok"), ("addExample", "ok")]
    assert all(line["level"] == "debug" and line["ms"] >= 0 and line["time"].endswith("Z") for line in answered)
    assert "The server has stopped." in [line["message"] for line in lines]
    whole = json.dumps(lines)
    assert [mark for mark in (*MARKED, *secrets) if mark in whole] == []


def test_text_log__names_nobody(start_server):
    server = start_server("--log-level", "debug")
    secrets = teach(server)
    whole = server.close()
    assert "DEBUG server.operations.requests: A request was answered. event=addExample outcome=ok ms=" in whole
    assert [mark for mark in (*MARKED, *secrets) if mark in whole] == []


def failing_record(name="server.rooms.rooms"):
    def find(label):
        try:
            return {}[label]
        except KeyError:
            raise ValueError(f"no {label}") from KeyError(label)

    try:
        find("marked cat")
    except ValueError:
        return logging.LogRecord(name, logging.ERROR, __file__, 1, "It failed.", None, sys.exc_info())


def test_exceptions__are_logged_by_class_and_place():
    text = TextFormatter().format(failing_record())
    assert text.startswith("ERROR server.rooms.rooms: It failed.\nTraceback (most recent call last):\n  KeyError, and")
    assert text.endswith("\nValueError")
    assert "tests/operations/test_log.py:" in text
    line = json.loads(JsonFormatter().format(failing_record()))
    assert (line["error"], line["trace"][-1].split(" in ")[1]) == ("ValueError", "find")
    assert "marked" not in text + json.dumps(line)
    assert str(ROOT) not in text, "the folder may be a person's"


def test_libraries__are_logged_by_their_templates():
    record = logging.LogRecord("uvicorn.error", logging.WARNING, "", 1, "%s is gone", ("192.168.1.7",), None)
    assert TextFormatter().format(record) == "WARNING uvicorn.error: %s is gone"
    assert json.loads(JsonFormatter().format(record))["message"] == "%s is gone"


def test_threads__that_end_with_an_error_are_logged_without_its_words(caplog):
    def fail():
        raise KeyError("marked cat")

    hook, threading.excepthook = threading.excepthook, log_thread
    try:
        thread = threading.Thread(target=fail)
        thread.start()
        thread.join()
    finally:
        threading.excepthook = hook
    (record,) = caplog.records
    text = TextFormatter().format(record)
    assert text.startswith("ERROR server.operations.log: A thread ended with an error.\nTraceback")
    assert "in fail\nKeyError" in text
    assert "marked" not in text


@pytest.mark.parametrize("form", ["xml", ""])
def test_other_formats__are_refused_in_one_line(form):
    command = [sys.executable, "-m", "server", "--log-format", form]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2
    assert "text or json was expected" in done.stderr


def test_repeats__are_counted_and_logged_once_in_a_while():
    now = [100.0]
    repeats = Repeats(lambda: now[0])

    def logged(text, level=logging.ERROR):
        record = logging.makeLogRecord({"name": "server.store", "msg": text, "levelno": level, "levelname": "ERROR"})
        return TextFormatter().format(record) if repeats.filter(record) else None

    assert [logged("It is gone."), logged("It is gone."), logged("It is full.")] == [
        "ERROR server.store: It is gone.",
        None,
        "ERROR server.store: It is full.",
    ]
    assert logged("It is gone.", logging.INFO), "only warnings and errors"
    now[0] += REPEAT_SECONDS
    assert logged("It is gone.") == "ERROR server.store: It is gone. repeated=1"
    for number in range(MAX_SEEN):
        assert logged(f"Another, {number}.")
    assert logged("It is gone.") == "ERROR server.store: It is gone.", "it does not grow"
