"""A save that fails or is killed at any step leaves the old model or the new one, and nothing beside it."""

import os
import select
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.node import ROOT
from tests.toolchain.models.test_trained import CLASSES, NETWORK, new_model
from toolchain.errors import ToolchainError
from toolchain.models import trained
from toolchain.models.facts import read_facts
from toolchain.models.folder import OURS, check_out, find_trained, is_whole
from toolchain.models.swap import restore, swapped
from toolchain.models.trained import TrainedModel

#: For each n, a process that saves a model into the folder n/m, and ends at its n-th step on the disk, as by kill -9.
KILLED = """
import os
import shutil
import signal
import sys
from itertools import count
from pathlib import Path
from tests.toolchain.models.test_trained import new_model

def counted(real):
    def call(*arguments, **options):
        global steps
        steps -= 1
        if steps < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*arguments, **options)
    return call

old, model = new_model(softmax=True, threshold=0.75), new_model(threshold=0.25)
for steps in count():
    folder = Path(sys.argv[2], str(steps), "m")
    folder.parent.mkdir()
    if sys.argv[1] == "again":
        old.save(folder)
        (folder / "notes.txt").write_text("mine")
    child = os.fork()
    if not child:
        os.replace, shutil.rmtree, os.mkdir, os.unlink = map(counted, (os.replace, shutil.rmtree, os.mkdir, os.unlink))
        Path.write_bytes = counted(Path.write_bytes)
        model.save(folder, {"search.csv": b"k"})
        os._exit(0)
    if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != -signal.SIGKILL:
        break
"""


def killed_at_each_step(kind, place):
    """The folders of saves that were killed, one for each step, and of one that was not."""
    subprocess.run([sys.executable, "-c", KILLED, kind, str(place)], cwd=ROOT, check=True)
    folders = [each / "m" for each in sorted(place.iterdir(), key=lambda each: int(each.name))]
    assert len(folders) > 5
    return folders


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_save__killed_at_any_step_of_the_first_leaves_nothing_that_is_refused(tmp_path):
    seen = []
    for folder in killed_at_each_step("first", tmp_path):
        check_out(folder)
        # Nothing, or all of it.
        seen.append(folder.exists())
        assert not seen[-1] or TrainedModel.open(folder).threshold == 0.25
        new_model(threshold=0.5).save(folder)
        assert names(folder.parent) == ["m"]
    assert (seen[0], seen[-1]) == (False, True)
    assert seen == sorted(seen)


def test_save__killed_at_any_step_leaves_the_old_or_the_new(tmp_path):
    seen = []
    for folder in killed_at_each_step("again", tmp_path):
        # Reading alone brings back what is whole.
        assert find_trained(folder.parent, CLASSES) == folder
        seen.append(TrainedModel.open(folder).threshold)
        check_out(folder)
        assert (folder / "head.npz").exists() == (seen[-1] == 0.75)
        new_model(threshold=0.5).save(folder)
        assert (folder / "notes.txt").read_text() == "mine"
        assert names(folder.parent) == ["m"]
        assert TrainedModel.open(folder).threshold == 0.5
    assert (seen[0], seen[-1]) == (0.75, 0.25)
    assert seen == sorted(seen, reverse=True)


def test_open__brings_back_what_a_kill_took_away(tmp_path):
    new_model(threshold=0.75).save(tmp_path / "m")
    (tmp_path / "m").rename(tmp_path / ".m.replaced")
    (tmp_path / ".m.saving").mkdir()
    assert TrainedModel.open(tmp_path / "m").threshold == 0.75
    assert names(tmp_path) == [".m.saving", "m"]


@pytest.mark.parametrize("function", ["replace", "mkdir"])
@pytest.mark.parametrize("number", range(6))
def test_save__that_fails_at_a_step_leaves_the_old_or_the_new(tmp_path, monkeypatch, function, number):
    folder, calls = tmp_path / "m", []
    new_model(threshold=0.75).save(folder)
    (folder / "notes.txt").write_text("mine")
    real = getattr(os, function)

    def fail(*arguments, **options):
        calls.append(arguments)
        if len(calls) == number + 1:
            raise OSError(28, "No space left on device")
        return real(*arguments, **options)

    monkeypatch.setattr(os, function, fail)
    try:
        new_model(threshold=0.25).save(folder)
        failed = False
    except (OSError, ToolchainError):
        failed = True
    monkeypatch.undo()
    assert failed == (len(calls) > number)
    assert find_trained(tmp_path, CLASSES) in (folder, tmp_path / "m (new)")
    assert TrainedModel.open(folder).threshold in ((0.75, 0.25) if failed else (0.25,))
    check_out(folder)
    assert (folder / "notes.txt").read_text() == "mine"
    new_model(threshold=0.5).save(folder)
    # Where the old one could not be moved, what took long to make is beside it.
    assert names(tmp_path) in (["m"], ["m", "m (new)"])
    if (tmp_path / "m (new)").exists():
        assert failed
        assert TrainedModel.open(tmp_path / "m (new)").threshold == 0.25


def test_save__that_can_not_move_the_old_one_says_where_the_new_one_is(tmp_path, monkeypatch):
    folder = tmp_path / "m"
    new_model(threshold=0.75).save(folder)
    replace = os.replace

    def refuse(source, target):
        if str(source) == str(folder):
            raise PermissionError(13, "It is used by another program")
        return replace(source, target)

    monkeypatch.setattr(os, "replace", refuse)
    for name in ("m (new)", "m (new) 2"):
        with pytest.raises(ToolchainError, match="can't be replaced: It is used by another program") as caught:
            new_model(threshold=0.25).save(folder)
        assert str(tmp_path / name) in str(caught.value.hint)
        assert TrainedModel.open(tmp_path / name).threshold == 0.25
    assert TrainedModel.open(folder).threshold == 0.75


@pytest.fixture
def killed(tmp_path):
    """A save that was killed when the new model had its name, and the notes were not with it yet."""
    folder = tmp_path / "m"
    new_model(threshold=0.25).save(folder)
    new_model(threshold=0.75).save(tmp_path / ".m.replaced")
    (tmp_path / ".m.replaced/notes.txt").write_text("old")
    return folder


def test_open__brings_back_the_files_of_a_person(killed):
    assert TrainedModel.open(killed).threshold == 0.25
    assert (killed / "notes.txt").read_text() == "old"
    assert names(killed.parent) == [".m.replaced", "m"]
    new_model().save(killed)
    assert names(killed.parent) == ["m"]


def test_save__loses_no_file_of_a_person_to_one_of_the_same_name(killed):
    (killed / "notes.txt").write_text("new")
    new_model().save(killed)
    assert ((killed / "notes.txt").read_text(), (killed / "notes 2.txt").read_text()) == ("new", "old")
    assert names(killed.parent) == ["m"]


def test_find_trained__brings_back_no_model_that_was_deleted(killed):
    shutil.rmtree(killed)
    assert find_trained(killed.parent, CLASSES) is None
    # The notes wait for the next one.
    new_model(threshold=0.5).save(killed)
    assert (killed / "notes.txt").read_text() == "old"
    assert names(killed.parent) == ["m"]


@pytest.fixture
def deleted(killed):
    """The same, deleted since; then a save failed."""
    shutil.rmtree(killed)
    with pytest.raises(OSError, match="full"), swapped(killed, is_whole, OURS):
        raise OSError("full")
    return killed


def test_save__gives_the_files_of_a_person_back_where_the_folder_is_empty(deleted):
    deleted.mkdir()
    new_model(threshold=0.5).save(deleted)
    assert (deleted / "notes.txt").read_text() == "old"
    assert names(deleted.parent) == ["m"]


def test_save__killed_after_one_that_was_deleted_brings_that_back_neither(deleted):
    (deleted.parent / ".m.saving").mkdir()
    assert find_trained(deleted.parent, CLASSES) is None
    new_model(threshold=0.5).save(deleted)
    assert (deleted / "notes.txt").read_text() == "old"


@pytest.mark.parametrize("made", ["empty", "full", "file"])
def test_restore__deletes_no_model_where_somebody_made_the_folder_again(tmp_path, made):
    folder = tmp_path / "m"
    new_model(threshold=0.75).save(tmp_path / ".m.replaced")
    new_model(threshold=0.25).save(tmp_path / ".m.saving")
    if made == "file":
        folder.write_text("mine")
    else:
        folder.mkdir()
        if made == "full":
            (folder / "notes.txt").write_text("mine")
    if made == "empty":
        assert TrainedModel.open(folder).threshold == 0.25
    else:
        with pytest.raises(ToolchainError):
            TrainedModel.open(folder)
        with pytest.raises(ToolchainError, match="something else"):
            new_model().save(folder)
        # Nor does a save that was not refused, since the folder was made after it had begun.
        with pytest.raises(FileExistsError), swapped(folder, is_whole, OURS):
            pass
        assert names(tmp_path) == [".m.replaced", ".m.saving", "m"]
        assert TrainedModel.open(tmp_path / ".m.saving").threshold == 0.25


def test_open__tries_again_where_the_model_is_replaced_meanwhile(tmp_path, monkeypatch):
    new_model(threshold=0.75).save(tmp_path / "m")
    asked = []

    def replace_first(*arguments):
        asked.append(arguments)
        if len(asked) == 1:
            new_model(threshold=0.25).save(tmp_path / "m")
            raise ToolchainError("It is half of each.", "Try again.")
        return read_facts(*arguments)

    monkeypatch.setattr(trained, "read_facts", replace_first)
    assert TrainedModel.open(tmp_path / "m").threshold == 0.25
    assert len(asked) == 2


@pytest.mark.parametrize("name", [".m.saving", ".m.replaced"])
def test_check_out__refuses_a_file_in_the_way_before_anything_is_trained(tmp_path, name):
    (tmp_path / name).write_text("mine")
    with pytest.raises(ToolchainError, match="in the way"):
        check_out(tmp_path / "m")
    assert (tmp_path / name).read_text() == "mine"


def test_save__refuses_the_folder_that_one_is_in(tmp_path, monkeypatch):
    (tmp_path / "in").mkdir()
    monkeypatch.chdir(tmp_path / "in")
    for out in (Path(), tmp_path):
        with pytest.raises(ToolchainError, match="that you are in"):
            new_model().save(out)
    new_model().save(Path("m"))


SAVER = """
import sys
from pathlib import Path
from toolchain.models.swap import swapped
print("begins", flush=True)
with swapped(Path(sys.argv[1]), lambda folder: (folder / "whole").exists(), ["whole", "more"]) as new:
    (new / "more").write_text(sys.argv[2])
    print("saving", flush=True)
    sys.stdin.readline()
    (new / "whole").write_text(sys.argv[2])
"""


def test_two_saves_at_once__the_second_waits_and_readers_do_not(tmp_path):
    folder = tmp_path / "m"

    def start(text):
        command = [sys.executable, "-c", SAVER, str(folder), text]
        return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    with start("first") as first:
        assert (first.stdout.readline(), first.stdout.readline()) == ("begins\n", "saving\n")
        with start("second") as second:
            assert second.stdout.readline() == "begins\n"
            assert select.select([second.stdout], [], [], 0.5)[0] == []
            first.communicate("go on\n")
            assert second.stdout.readline() == "saving\n"
            # The first one's is there, and a reader takes nothing away from the second.
            restore(folder, lambda each: (each / "whole").exists(), ["whole", "more"])
            assert (folder / "whole").read_text() == "first"
            assert (tmp_path / ".m.saving/more").read_text() == "second"
            second.communicate("go on\n")
    assert (first.returncode, second.returncode) == (0, 0)
    assert ((folder / "whole").read_text(), (folder / "more").read_text()) == ("second", "second")
    assert names(tmp_path) == ["m"]


def test_save__through_a_link_keeps_the_link(tmp_path):
    (tmp_path / "disk").mkdir()
    (tmp_path / "m").symlink_to(tmp_path / "disk")
    for threshold in (0.75, 0.25):
        new_model(threshold=threshold).save(tmp_path / "m")
    assert (tmp_path / "m").is_symlink()
    assert TrainedModel.open(tmp_path / "m").threshold == 0.25
    assert names(tmp_path) == ["disk", "m"]


def test_save__takes_a_network_of_the_models_own_along(tmp_path):
    network = tmp_path / "tuned"
    network.mkdir()
    (network / "manifest.json").write_text("{}")
    own = new_model()
    own.network = NETWORK._replace(folder="network")
    own.save(tmp_path / "m", network=network)
    for place in ("m", "copy"):
        TrainedModel.open(tmp_path / "m").save(tmp_path / place)
        assert (tmp_path / place / "network/manifest.json").is_file()


def test_find_trained__passes_over_a_model_that_is_being_saved(tmp_path):
    new_model().save(tmp_path / ".m.saving")
    assert find_trained(tmp_path, CLASSES) is None


def test_save__touches_nothing_that_a_link_beside_it_leads_to(tmp_path):
    (tmp_path / "other").mkdir()
    (tmp_path / "other/notes.txt").write_text("mine")
    for name in (".m.saving", ".m.replaced"):
        (tmp_path / name).symlink_to(tmp_path / "other")
    new_model().save(tmp_path / "m")
    assert names(tmp_path) == ["m", "other"]
    assert names(tmp_path / "other") == ["notes.txt"]
