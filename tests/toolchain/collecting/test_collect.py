"""Collecting: each photo once with its source, politely, safely, and going on where it was stopped."""

import csv
import io
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile

import pytest

from tests.toolchain.conftest import REPOSITORY
from tests.toolchain.odd_files import content_of, encoded, picture
from toolchain.collecting.collect import (
    Collection,
    collect_found,
    collect_list,
    collect_query,
    find_provider,
    read_list,
)
from toolchain.collecting.fetch import PoliteFetcher
from toolchain.collecting.found import Found
from toolchain.collecting.openverse import Openverse
from toolchain.errors import ToolchainError


def rows_of(out):
    with (out / "collected.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_collect_list__each_once_with_its_source(site, fetch, tmp_path):
    (tmp_path / "list.csv").write_text(
        "url,label,license,source,author,title\n"
        f"{site.url}/photo/1,cat,CC BY 4.0,https://a.example/1,Ann,=Cat\n"
        f"{site.url}/photo/1?again,cat,,,,\n"
        f"{site.url}/page,cat,,,,\n"
        f"{site.url}/nothing,dog,,,,\n"
        f"{site.url}/photo/2,dog,CC0,,,\n",
        "utf-8",
    )
    collection = Collection(tmp_path / "out")
    collect_list(collection, tmp_path / "list.csv", fetch)
    assert [name.partition("/")[0] for name in collection.result.new] == ["cat", "dog"]
    assert collection.result.known == 1
    assert {each.name.rpartition("/")[2]: each.code for each in collection.result.passed_over} == {
        "page": "notPicture",
        "nothing": "unreadable",
    }
    first = rows_of(tmp_path / "out")[0]
    assert (first["licence"], first["source"], first["author"], first["title"]) == (
        "CC BY 4.0",
        "https://a.example/1",
        "Ann",
        "'=Cat",
    )
    asked = len(site.asked)
    again = Collection(tmp_path / "out")
    collect_list(again, tmp_path / "list.csv", fetch)
    assert again.result.new == []
    fetched = [path for path, _, _ in site.asked[asked:]]
    assert sorted(fetched) == ["/nothing", "/page"]
    assert all("ShowAndTell" in agent for _, _, agent in site.asked)


def test_openverse__only_licences_that_may_be_shared_page_by_page(site, fetch, tmp_path):
    def offered(number, licence="by"):
        return {
            "url": f"{site.url}/photo/{number}",
            "license": licence,
            "license_version": "2.0",
            "creator": "Ann",
            "title": f"Cat {number}",
            "foreign_landing_url": f"https://a.example/{number}",
        }

    site.pages = [
        {"results": [offered(1), offered(2, "by-nc"), offered(3, "cc0")], "page_count": 2},
        {"results": [offered(4), offered(5)], "page_count": 2},
    ]
    collection = Collection(tmp_path / "out")
    collect_query(collection, Openverse(f"{site.url}/api"), "cat", 3, fetch, "cat")
    assert [row["licence"] for row in rows_of(tmp_path / "out")] == ["CC BY 2.0", "CC0 2.0", "CC BY 2.0"]
    site.pages = [["something else"]]
    with pytest.raises(ToolchainError, match="something unexpected"):
        collect_query(collection, Openverse(f"{site.url}/api"), "cat", 3, fetch, "cat")


def test_find_provider__of_ones_own_and_none():
    assert isinstance(find_provider("openverse"), Openverse)
    assert isinstance(find_provider("toolchain.collecting.openverse:Openverse"), Openverse)
    for name in ("nobody", "nothing.at:all", "json:nothing"):
        with pytest.raises(ToolchainError, match=name):
            find_provider(name)


def test_collect__folders_and_zips_keep_their_classes(run, run_json, shipped_folder, tmp_path):
    shutil.copytree(shipped_folder, tmp_path / "photos")
    (tmp_path / "photos/cat/broken.jpg").write_bytes(b"x")
    before = content_of(tmp_path / "photos")
    told = run_json("collect", "photos", "--out", "out")
    assert (told["new"], told["known"]) == (36, 0)
    assert content_of(tmp_path / "photos") == before
    with zipfile.ZipFile(tmp_path / "more.zip", "w") as writer:
        writer.write(tmp_path / "photos/cat/00.jpg", "pets/cat/again.jpg")
        writer.writestr("pets/owl/1.jpg", encoded(picture(5), "JPEG"))
        writer.writestr("__MACOSX/pets/owl/._1.jpg", b"x")
    told = run_json("collect", "more.zip", "photos", "--out", "out")
    assert (told["new"], told["known"]) == (1, 37)
    assert len(list((tmp_path / "out/owl").iterdir())) == 1
    assert len(rows_of(tmp_path / "out")) == 38
    assert "--query" in run("collect", "--out", "out", code=2).output
    assert "beside it" in run("collect", "photos", "--out", "photos/out", code=1).output


@pytest.mark.parametrize("kind", ["climbs out", "is a bomb", "is none"])
def test_collect__a_zip_that_can_not_be_trusted(run, tmp_path, kind):
    with zipfile.ZipFile(tmp_path / "bad.zip", "w", zipfile.ZIP_DEFLATED) as writer:
        if kind == "climbs out":
            writer.writestr("../../evil.jpg", encoded(picture(1), "JPEG"))
        else:
            writer.writestr("cat/bomb.jpg", bytes(60 * 2**20))
    if kind == "is none":
        (tmp_path / "bad.zip").write_bytes(b"PK no zip")
    (tmp_path / "inner").mkdir()
    os.chdir(tmp_path / "inner")
    failed = run("collect", tmp_path / "bad.zip", "--out", "out", code=1)
    assert "bad.zip is damaged, or no zip" in failed.output
    assert not list(tmp_path.rglob("evil*"))


def test_collect__killed_and_started_again_fetches_nothing_twice(site, tmp_path):
    (tmp_path / "list.txt").write_text("".join(f"{site.url}/photo/{n}\n" for n in range(30)))
    command = [sys.executable, "-m", "toolchain", "collect", str(tmp_path / "list.txt"), "--out", str(tmp_path / "out")]
    command += ["--delay", "0.02", "--allow-private"]
    process = subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.DEVNULL)
    table = tmp_path / "out/collected.csv"
    while not table.exists() or table.read_bytes().count(b"\n") < 6:
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    kept = {row["origin"] for row in rows_of(tmp_path / "out")}
    with table.open("ab") as file:
        file.write(b"half a li")  # as a kill in the middle of a write leaves it
    asked = len(site.asked)
    collection = Collection(tmp_path / "out")
    collect_list(collection, tmp_path / "list.txt", PoliteFetcher(0, allow_private=True))
    again = {f"{site.url}{path}" for path, _, _ in site.asked[asked:]}
    assert again.isdisjoint(kept)
    assert len(list((tmp_path / "out").glob("*.jpg"))) == 30
    assert len({row["origin"] for row in rows_of(tmp_path / "out") if row["sha256"]}) == 30


def test_read_list__explains_what_is_wrong(tmp_path):
    (tmp_path / "a.csv").write_text("address\nhttp://x\n")
    with pytest.raises(ToolchainError, match="url was expected"):
        read_list(tmp_path / "a.csv")
    (tmp_path / "a.txt").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ToolchainError, match=r"a\.txt"):
        read_list(tmp_path / "a.txt")
    (tmp_path / "b.txt").write_text("# mine\n\n http://x/1.jpg \n")
    assert read_list(tmp_path / "b.txt") == [Found("http://x/1.jpg")]


def test_collection__a_picture_without_an_ending_gets_one(tmp_path):
    collection = Collection(tmp_path)
    file = io.BytesIO()
    picture(1).save(file, "GIF")
    collect_found(collection, [Found("http://x/a?b", label="a/b:c")], lambda url, most: file.getvalue())
    (name,) = collection.result.new
    assert name.startswith("a_b_c/photo-")
    assert name.endswith(".gif")


@pytest.mark.parametrize("address", ["file:///etc/passwd", "/home/ann/cat.jpg", "nonsense", "ftp://a.example/1.jpg"])
def test_collect__says_what_an_address_looks_like(run, tmp_path, address):
    (tmp_path / "list.txt").write_text(f"{address}\n")
    failed = run("collect", "list.txt", "--out", "out", code=1)
    (line,) = [line for line in failed.stderr.splitlines() if line.startswith("Passed over")]
    assert "such as https://example.org/cat.jpg" in line
    assert "robots.txt" not in failed.output
    assert "No photo was added: the only file can not be used." in failed.stderr


def test_collect__says_that_addresses_belong_into_a_list(run):
    for address in ("http://a.example/1.jpg", "https://a.example/1.jpg", "file:///tmp/1.jpg"):
        failed = run("collect", address, "--out", "out", code=2)
        assert f"{address} is an address and no file." in " ".join(failed.output.split())
        assert "into a text file" in " ".join(failed.output.split())


def test_collect__says_that_a_label_is_for_what_is_new(run, run_json, shipped_folder, tmp_path):
    (tmp_path / "loose").mkdir()
    for number in range(3):
        shutil.copyfile(shipped_folder / f"cat/{number:02d}.jpg", tmp_path / f"loose/{number}.jpg")
    assert "3 photos added; 0 were there" in run("collect", "loose", "--out", "out").stdout
    shutil.copyfile(shipped_folder / "cat/05.jpg", tmp_path / "loose/5.jpg")
    told = run("collect", "loose", "--out", "out", "--label", "kiwi").stdout
    assert "1 photo added; 3 were there or given twice." in told
    assert "3 photos that were there without the label kiwi stay so: --label is for what is new." in told
    assert run_json("collect", "loose", "--out", "out", "--label", "kiwi")["elsewhere"] == 3
    assert run_json("collect", "loose", "--out", "out")["elsewhere"] == 0
    assert "without the label" not in run("collect", "loose", "--out", "new", "--label", "kiwi").stdout
    assert "without the label" not in run("collect", "loose", "--out", "new", "--label", "kiwi").stdout


def test_collect__is_no_success_where_nothing_is_added(run, run_json, site, tmp_path):
    (tmp_path / "list.txt").write_text(f"{site.url}/nothing\n{site.url}/page\n")
    arguments = ["collect", "list.txt", "--out", "out", "--allow-private", "--delay", 0]
    failed = run(*arguments, code=1)
    assert "0 photos added" in failed.stdout
    assert "No photo was added: none of 2 files can be used." in failed.stderr
    assert run_json(*arguments, code=1)["new"] == 0
    (tmp_path / "empty").mkdir()
    assert "No photo was added: the sources have none." in run("collect", "empty", "--out", "out", code=1).stderr
    # What is there already is no failure.
    (tmp_path / "list.txt").write_text(f"{site.url}/photo/1\n")
    run(*arguments)
    assert "0 photos added; 1 was there or given twice." in run(*arguments).stdout
