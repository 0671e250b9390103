"""Every command's help: quick, written for people, and its examples run as they stand."""

import re
import shlex
import shutil
import subprocess
import sys

import click
import pytest

from tests.toolchain.conftest import MODEL, REPOSITORY
from toolchain.cli import ORDER, main

LARGE = {"tensorflow", "onnx", "onnxruntime", "matplotlib", "scipy", "sklearn", "faiss"}
COMMANDS = main.list_commands(click.Context(main))


def help_of(*words):
    """What `--help` prints."""
    context = click.Context(main, info_name="python -m toolchain")
    if not words:
        return main.get_help(context)
    command = main.get_command(context, words[0])
    return command.get_help(click.Context(command, parent=context, info_name=words[0]))


def examples_of(text):
    """The example lines of a help."""
    return [shlex.split(line)[3:] for line in re.findall(r"^ +(python -m toolchain .+)$", text, re.MULTILINE)]


@pytest.fixture
def prepared(tmp_path, shipped_folder, monkeypatch):
    """The folder in which the examples are given: photos of cats and dogs, and some that are unsorted."""
    for label, thing in (("cat", "cat"), ("dog", "coffee")):
        shutil.copytree(shipped_folder / thing, tmp_path / "photos" / label)
        for number in range(3):
            target = tmp_path / "unsorted" / f"{label}_{number}.jpg"
            target.parent.mkdir(exist_ok=True)
            shutil.copyfile(shipped_folder / thing / f"{number:02d}.jpg", target)
    (tmp_path / "web/public").mkdir(parents=True)
    (tmp_path / "web/public/model").symlink_to(MODEL, target_is_directory=True)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_example_runs_in_the_order_of_the_commands(prepared, run):
    assert set(COMMANDS) == set(ORDER)
    given = 0
    for name in (None, *COMMANDS):
        examples = examples_of(help_of(*([name] if name else [])))
        assert examples, f"{name} shows no example"
        for words in examples if name else []:
            assert words[0] == name
            if "--query" in words:
                continue  # it needs the internet; its own tests ask a server here
            shutil.rmtree(prepared / "balanced", ignore_errors=True)
            result = run(*words)
            assert result.exit_code == 0
            given += 1
    assert given >= 12
    # The examples of the whole are among those of the commands, or run as well.
    for words in examples_of(help_of()):
        assert run(*words).exit_code == 0


@pytest.mark.parametrize("name", [None, *COMMANDS])
def test_help__names_every_option_and_says_what_it_is_for(name):
    text = help_of(*([name] if name else []))
    assert len(text.split()) > 60
    if name:
        command = main.get_command(click.Context(main), name)
        for parameter in command.params:
            if isinstance(parameter, click.Option) and parameter.name != "help":
                assert parameter.help, f"{name} {parameter.name}"
        assert all(len(line) <= 100 for line in text.splitlines())


def test_help__waits_for_no_large_package():
    script = (
        "import sys; from click.testing import CliRunner; from toolchain.cli import main;"
        "[CliRunner().invoke(main, [*words, '--help'], catch_exceptions=False) for words in "
        f"[[], *[[name] for name in {COMMANDS!r}]]];"
        f"print(sorted({LARGE!r} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_an_unknown_command_and_no_command_are_explained(run):
    assert "No such command" in run("dance", code=2).output
