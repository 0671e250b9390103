import json
import shutil

import pytest
from click.testing import CliRunner

from bench.accuracy import command, report
from bench.accuracy.command import main
from bench.accuracy.estimate import Estimate
from bench.accuracy.report import Effort, Report
from bench.accuracy.requirements import Requirement
from bench.photo_sets import Sampling
from tests.bench.conftest import COLOURS, embed

MET = Requirement("this is met", Estimate(0.9), 0.9)
UNCLEAR = Requirement("this is unclear", Estimate(0.8, 0.06), 0.9)
MISSED = Requirement("this is missed", Estimate(0.8, 0.04), 0.9)
NOT_MEASURED = Requirement("this has no data", None, 0.9)


@pytest.fixture
def small(monkeypatch, tmp_path):
    model = tmp_path / "model"
    model.mkdir()
    (model / "manifest.json").write_text(json.dumps({"format": 1, "unknown": {"distance": 0.02}}))
    monkeypatch.setattr(command, "embedder", lambda model, cache: embed)
    monkeypatch.setattr(command, "FULL", Effort(2, 2, 1, 2, 2, Sampling()))
    monkeypatch.setattr(command, "QUICK", Effort(1, 1, 1, 1, 1, Sampling(7, 2)))
    return ["--model", model]


def invoke(*arguments):
    done = CliRunner().invoke(main, list(map(str, arguments)))
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


def test_help__names_the_arguments_and_what_is_measured():
    text = " ".join(invoke("--help").output.split())
    for part in (
        "FOLDERS", ".webp", "6 photos a class", "LogisticRegression(C=100)",
        "a recording is one photo in five", "two standard errors",
        "--quick", "--check", "--json", "--cache", "--shipped", "web/public/model",
    ):  # fmt: skip
        assert part in text


@pytest.mark.parametrize("arguments", [[], ["--shipped", "."]])
def test_main__asks_for_either_folders_or_the_shipped_photos(arguments):
    done = invoke(*arguments)
    assert done.exit_code == 2
    assert "make accuracy PHOTOS=folder" in done.output


def test_main__prints_and_writes_all_tables_and_requirements(small, folder, tmp_path):
    again = shutil.copytree(folder, folder.with_name("others"))
    for label in COLOURS:
        (again / label).rename(again / f"other {label}")
    done = invoke(folder, again, *small, "--json", tmp_path / "figures.json")
    assert done.exit_code == 0
    text = done.stdout
    for heading in ("Right, %", "I don't know, %", "Left out: rejected, %", "Three answers, %", "Coach, %"):
        assert heading in text
    written = json.loads((tmp_path / "figures.json").read_text("utf-8"))
    assert list(written) == ["metrics", "unknowns", "siblings", "certainties", "alarms", "requirements"]
    for rows in list(written.values())[:-1]:
        names = [row["name"] for row in rows]
        assert list(dict.fromkeys(names)) == ["colours", "others", "mean"]
        assert names.count("colours") == names.count("others") == names.count("mean")
    # Any metric separates colours that lie this far apart.
    assert [row["size"] for row in written["metrics"]] == [5, 10] * 3
    assert {row[way]["mean"] for row in written["metrics"] for way in ("cosine", "adapted", "auto", "logistic")} == {1}
    assert [tuple(row["scenario"].values()) for row in written["unknowns"]] == [
        (True, 1), (True, 2), (True, 4), (False, 5), (False, 10)
    ] * 3  # fmt: skip
    # The other folder has the same colours, so nothing separates it from the known classes.
    verdicts = {each["what"]: each["verdict"] for each in written["requirements"]}
    assert verdicts["95% or more rejected after 1 recording a class"] == "MISSED"
    assert verdicts["adapted beats cosine by 2% or more with 5 photos a class"] == "MISSED"
    assert verdicts["adapted is no worse than a logistic regression with 10 photos a class"] == "met"
    assert verdicts["93% or more kept after 20 photos a class"] == "no data"
    assert "MISSED   adapted beats cosine by 2% or more with 5 photos a class: +0.00 ±0.00" in text
    assert invoke(folder, again, *small, "--quick", "--check").exit_code == 1


def test_main__takes_the_prior_of_the_models_manifest(small, folder, tmp_path):
    def kept(distance):
        manifest = {"format": 1, "unknown": {"distance": distance}}
        (small[1] / "manifest.json").write_text(json.dumps(manifest))
        invoke(folder, *small, "--quick", "--json", tmp_path / "figures.json")
        rows = json.loads((tmp_path / "figures.json").read_text("utf-8"))["unknowns"]
        return rows[0]["kept"]["mean"], rows[0]["rejected"]["mean"]

    assert kept(1e-9) == (0, 1)
    assert kept(1.9) == (1, 0)


def test_main__with_few_photos_leaves_out_what_needs_more(small, folder, tmp_path):
    for label in COLOURS:
        for path in ("8.png", "0.png"):
            (folder / label / path).unlink()
    invoke(folder, *small, "--json", tmp_path / "figures.json")
    written = json.loads((tmp_path / "figures.json").read_text("utf-8"))
    assert {row["size"] for row in written["metrics"]} == {5}
    verdicts = {each["verdict"] for each in written["requirements"] if "with 10 photos a class" in each["what"]}
    assert verdicts == {"no data"}


def test_main__quick_embeds_a_part_of_the_photos(small, folder, monkeypatch):
    sizes = []

    def measure(sets, shipped, prior, effort):
        sizes.extend((photo_set.smallest, len(photo_set.views)) for photo_set in sets)
        return Report([], [], [], [], [], [])

    monkeypatch.setattr(command, "report", measure)
    invoke(folder, *small)
    invoke(folder, *small, "--quick")
    assert sizes == [(12, 36), (7, 6)]


def test_main__shipped_needs_no_folders(small, tmp_path):
    done = invoke("--shipped", *small, "--json", tmp_path / "figures.json")
    assert done.exit_code == 0
    written = json.loads((tmp_path / "figures.json").read_text("utf-8"))
    assert [row["scenario"]["size"] for row in written["unknowns"]] == [1, 2, 4] * 2
    assert written["metrics"] == written["siblings"] == written["alarms"] == []
    assert len(written["requirements"]) == 8


@pytest.mark.parametrize(
    ("requirements", "code"), [([MET, UNCLEAR, NOT_MEASURED], 0), ([MET, MISSED, NOT_MEASURED], 1), ([], 0)]
)
def test_main__check_fails_where_a_requirement_is_missed(small, folder, monkeypatch, requirements, code):
    monkeypatch.setattr(command, "report", lambda *_: Report([], [], [], [], [], requirements))
    assert invoke(folder, *small, "--check").exit_code == code
    assert invoke(folder, *small).exit_code == 0


def test_main__explains_what_is_wrong_with_a_folder(small, tmp_path):
    (tmp_path / "empty").mkdir()
    done = invoke(tmp_path / "empty", *small)
    assert done.exit_code == 1
    assert done.output.splitlines()[-2:] == [
        f"Error: {tmp_path / 'empty'} has 0 folders of photos; two classes or more are needed.",
        "Give a folder that holds a folder of photos for each class.",
    ]


def test_main__without_a_model_says_that_there_is_none(folder, tmp_path):
    done = invoke(folder, "--model", tmp_path)
    assert done.exit_code == 1
    assert "There is no model in" in done.output


def test_efforts__measure_enough():
    assert report.FULL.draws >= 12
    assert report.FULL.sampling == (None, None)
    # One photo of each class at least is left to be shown after twenty.
    assert report.QUICK.sampling.photos > 20
    assert report.QUICK.sampling.recorded >= 4
