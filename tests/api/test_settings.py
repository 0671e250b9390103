"""Settings: one row each. And everything that docs/wire.md must have."""

import dataclasses
import re
import subprocess
import sys

import pytest
from click.testing import CliRunner

from server import __main__ as command
from server.api import events
from server.api.rate import ContractError, TokenBucket
from server.contract.errors import CONTRACT, ERRORS
from server.contract.limits import LIMITS
from server.settings import Settings, environment_name, setting_rows
from tests.support.server import ROOT

WIRE = (ROOT / "docs" / "wire.md").read_text("utf-8")


def test_settings__defaults_are_the_contracts():
    settings = Settings()
    # Files have limits of their own, which no client of a room needs; and every thumbnail within the bytes is smaller.
    of_files = {"modelIdCharacters", "dimension", "pictureBytes", "picturePixels"}
    of_files |= {"fileBytes", "fileJsonBytes", "fileRatio"}
    # No client of a room needs those of actions, which stay on its device, and of those who listen.
    of_actions = {"actionsPerClass", "actionCharacters", "actionSeconds", "actionFileBytes"}
    of_streams = {"answersPerSecond", "framesPerSecond", "listeners", "listenersByAddress"}
    fixed = {*of_files, *of_actions, *of_streams, "thumbnailPixels"}
    assert settings.limits() == {name: limit for name, limit in LIMITS.items() if name not in fixed}
    assert (settings.host, settings.port, settings.page_folder()) == ("127.0.0.1", 8000, ROOT / "web" / "dist")


def test_contract__each_file_has_one_reader():
    sources = [path.read_text("utf-8") for path in sorted((ROOT / "server").rglob("*.py"))]
    for name in ("limits.json", "errors.json", "constants.json"):
        assert (CONTRACT / name).is_file()
        assert sum(f'CONTRACT / "{name}"' in source for source in sources) == 1


@pytest.mark.parametrize(("name", "default", "help_"), setting_rows(), ids=lambda value: str(value)[:20])
def test_setting__is_an_option_a_variable_and_documented(name, default, help_):
    help_page = " ".join(CliRunner().invoke(command.main, ["--help"], terminal_width=1000).output.split())
    assert f"--{name.replace('_', '-')} " in help_page
    assert help_ in help_page
    assert environment_name(name) in help_page
    value = f"`{default}`" if default != "" else "none"
    assert f"| `{name}` | {value} | {help_} |" in WIRE


def test_help__cuts_no_line_short_and_says_how_a_class_gets_in():
    shown = CliRunner().invoke(command.main, ["--help"], prog_name="show-and-tell", terminal_width=80).output
    assert "..." not in shown.split("Commands:")[1]
    words = " ".join(shown.split())
    assert "restored Make pages give back what a database lost that was restored by other means." in words
    assert "without which they can't use their cameras: show-and-tell --https --host 0.0.0.0" in words


@pytest.mark.parametrize("event", [*events.EVENTS, *events.ANNOUNCEMENTS], ids=str)
def test_event__is_documented(event):
    assert re.search(rf"^\| `{event}`", WIRE, re.MULTILINE)


def test_events__are_all_there_is():
    documented = set(re.findall(r"^\| `([a-z][A-Za-z]+)` `?\{", WIRE, re.MULTILINE))
    assert documented == {*events.EVENTS, *events.ANNOUNCEMENTS}


@pytest.mark.parametrize("code", ERRORS)
def test_error__is_documented(code):
    assert f"| `{code}` | {ERRORS[code]['status']} |" in WIRE


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"port": 65536}, "0 to 65535"),
        ({"port": -1}, "0 or more"),
        ({"port": "80"}, "int was expected"),
        ({"port": True}, "int was expected"),
        ({"https": 1}, "bool was expected"),
        ({"connections": 0}, "1 or more"),
        ({"rooms": -5}, "1 or more"),
        ({"label_characters": 41}, "40 at most"),
        ({"log_level": "loud"}, "debug, info, warning or error"),
        ({"hosts": "class.example,https://school.example"}, "without a port"),
        ({"hosts": "class.example:8000"}, "without a port"),
        ({"key": "key.pem"}, "go together"),
    ],
)
def test_settings__bad_value(changes, message):
    with pytest.raises(ValueError, match=message):
        dataclasses.replace(Settings(), **changes)


def test_environment__is_read_and_options_win(monkeypatch):
    addresses = []
    monkeypatch.setattr(command, "create_listener", lambda host, port: addresses.append((host, port)) or 1 / 0)
    environment = {"SHOWTELL_PORT": "1234", "SHOWTELL_HOST": "::1"}
    CliRunner().invoke(command.main, ["--host", "127.0.0.2"], env=environment)
    assert addresses == [("127.0.0.2", 1234)]


def test_settings__load_without_numpy():
    code = "import sys, server.__main__; sys.exit('numpy' in sys.modules or 'flask' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0


def test_server__needs_no_tensorflow():
    code = "import sys, server.app; sys.exit('tensorflow' in sys.modules or 'convert' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0


def test_blas__has_one_thread():
    code = (
        "from server.__main__ import limit_blas; limit_blas(1); import server.app, threadpoolctl, sys;"
        "sys.exit(any(pool['num_threads'] > 1 for pool in threadpoolctl.threadpool_info()))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0


def test_bucket__refills_at_its_rate_and_holds_no_more():
    now = [0.0]
    bucket = TokenBucket(10, lambda: now[0])

    def take_all():
        count = 0
        while True:
            try:
                bucket.take()
            except ContractError:
                return count
            count += 1

    assert take_all() == 10
    now[0] = 0.35
    assert take_all() == 3
    now[0] = 100.0
    assert take_all() == 10
