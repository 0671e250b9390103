"""A second run answers only what is new or changed, and says all; what it knows may be damaged or of anyone."""

import csv
import json
import shutil

import pytest

from toolchain.models.trained import TrainedModel
from toolchain.predicting import known as keeping
from toolchain.predicting import predict as predicting


@pytest.fixture
def explained(monkeypatch):
    """The names of the photos that were explained."""
    names = []
    keep = predicting._Keeper.__call__

    def count(self, prediction, embedding, digest):
        names.append(prediction.photo.name)
        keep(self, prediction, embedding, digest)

    monkeypatch.setattr(predicting._Keeper, "__call__", count)
    return names


@pytest.fixture
def unsorted(shipped_folder, tmp_path):
    """Two photos."""
    folder = tmp_path / "unsorted"
    folder.mkdir()
    shutil.copyfile(shipped_folder / "cat/01.jpg", folder / "a.jpg")
    shutil.copyfile(shipped_folder / "coffee/01.jpg", folder / "b.jpg")
    return folder


def state_of(tmp_path, name=".predict.json"):
    return json.loads((tmp_path / "predictions" / name).read_text())


def test_predict__a_second_run_does_what_is_new_and_says_all(predict, explained, unsorted, monkeypatch):
    first = predict("--windows")
    assert first["new"] == 2
    explained.clear()
    monkeypatch.setattr(TrainedModel, "answer", None)
    again = predict("--windows")
    monkeypatch.undo()
    assert (again["new"], again["predictions"], explained) == (0, first["predictions"], [])
    assert any(each["found"] for each in again["predictions"])


def test_predict__adds_new_changed_and_forgotten_photos(predict, explained, unsorted, shipped_folder, tmp_path):
    first = predict()
    shutil.copyfile(shipped_folder / "rocket/01.jpg", unsorted / "new.jpg")
    shutil.copyfile(shipped_folder / "rocket/02.jpg", unsorted / "b.jpg")
    explained.clear()
    told = predict()
    assert (told["new"], explained) == (2, ["b.jpg", "new.jpg"])
    assert told["predictions"][0] == first["predictions"][0]
    assert [(each["name"], each["label"]) for each in told["predictions"]] == [
        ("a.jpg", "cat"),
        ("b.jpg", "rocket"),
        ("new.jpg", "rocket"),
    ]
    with (tmp_path / "predictions/predictions.csv").open(newline="") as file:
        assert [row["name"] for row in csv.DictReader(file)] == ["a.jpg", "b.jpg", "new.jpg"]
    page = (tmp_path / "predictions/report.html").read_text("utf-8")
    assert all(f"{name}.jpg: " in page for name in ("a", "b", "new"))
    # A picture that is gone is made again, and only that.
    (tmp_path / "predictions" / told["predictions"][0]["pictures"]["heat"]).unlink()
    (unsorted / "new.jpg").unlink()
    explained.clear()
    assert predict()["predictions"] == told["predictions"][:2]
    assert explained == ["a.jpg"]
    assert len(state_of(tmp_path)["photos"]) == 2
    # The pictures of what is gone are gone, too; another's file stays.
    (tmp_path / "predictions/pictures/mine.jpg").write_bytes(b"mine")
    pictures = {name for each in predict()["predictions"] for name in each["pictures"].values()}
    assert {f"pictures/{path.name}" for path in (tmp_path / "predictions/pictures").iterdir()} == {
        *pictures,
        "pictures/mine.jpg",
    }


def test_predict__under_another_name_a_photo_is_known(predict, explained, unsorted):
    predict()
    (unsorted / "a.jpg").rename(unsorted / "c.jpg")
    explained.clear()
    assert [each["name"] for each in predict()["predictions"]] == ["b.jpg", "c.jpg"]
    assert explained == []


@pytest.mark.parametrize("change", ["threshold", "windows", "index", "model"])
def test_predict__does_all_anew_where_answers_may_differ(predict, unsorted, tmp_path, change):
    first = predict()
    if change == "model":
        path = tmp_path / "models/known/trained.json"
        path.write_text(path.read_text().replace('"threshold": 0.0', '"threshold": 0.5'))
    options = {"windows": ["--windows"], "index": ["--index", "ivf"]}.get(change, [])
    told = predict(*options, threshold=0.5 if change == "threshold" else 0.0)
    assert told["new"] == 2
    # The report of before keeps its own pictures until the new one is written.
    pictures = {name for each in told["predictions"] for name in each["pictures"].values()}
    assert len(pictures) == len(told["predictions"]) * 3
    assert pictures.isdisjoint(name for each in first["predictions"] for name in each["pictures"].values())


def test_predict__does_anew_what_has_pictures_of_an_unknown_kind(predict, unsorted, tmp_path):
    first = predict()
    stored = state_of(tmp_path)
    for parts in stored["photos"].values():
        parts["pictures"]["odd"] = parts["pictures"]["heat"]
    (tmp_path / "predictions/.predict.json").write_text(json.dumps(stored), "utf-8")
    told = predict()
    assert (told["new"], told["predictions"]) == (2, first["predictions"])


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", "[" * 100_000, '{"format": 7}', "\x00\xff", '{"photos": 7}', '{"photos": []}']
    + [
        json.dumps({key: value})
        for key, value in {
            "label": "owl",
            "score": "1",
            "shares": [1.0],
            "neighbours": [-1],
            "pictures": {"photo": "pictures/../../unsorted/a.jpg"},
            "found": [["cat", 1.0, 0.1, [1, 2]]],
            "box": [1, 2, 3, "4"],
            "novelty": True,
            "fate": None,
            "note": 3,
        }.items()
    ]
    + ['{"fate": "maybe"}', '{"shares": null}']
    + ['{"neighbours": [99999]}', '{"pictures": []}', '{"score": 1e999}'],
)
def test_predict__does_anew_what_is_damaged_or_of_something_else(predict, unsorted, tmp_path, text):
    first = predict()
    path = tmp_path / "predictions/.predict.json"
    stored = state_of(tmp_path)
    try:
        change = json.loads(text)
    except (ValueError, RecursionError):
        change = None
    if isinstance(change, dict) and not {"format", "photos"} & change.keys():
        stored["photos"] = {digest: {**parts, **change} for digest, parts in stored["photos"].items()}
        text = json.dumps(stored)
    elif isinstance(change, dict):
        text = json.dumps({**stored, **change})
    path.write_text(text, "utf-8")
    told = predict()
    assert (told["new"], told["predictions"]) == (2, first["predictions"])
    assert predict()["new"] == 0


def test_predict__that_is_stopped_goes_on(predict, unsorted, tmp_path, monkeypatch):
    predict()
    shutil.copyfile(unsorted / "a.jpg", unsorted / "0 new.jpg")
    with (unsorted / "0 new.jpg").open("ab") as file:
        file.write(b"more")
    monkeypatch.setattr(keeping, "_SAVE_EVERY", 1)

    class StoppedError(Exception): ...

    write = keeping.Known._write

    def write_and_stop(self, name, photos):
        write(self, name, photos)
        raise StoppedError

    monkeypatch.setattr(keeping.Known, "_write", write_and_stop)
    with pytest.raises(StoppedError):
        predict()
    monkeypatch.setattr(keeping.Known, "_write", write)
    # What was known before is still known, and so is what was done.
    assert len(state_of(tmp_path, ".predict.part.json")["photos"]) == 3
    assert predict()["new"] == 0
    assert len(state_of(tmp_path)["photos"]) == 3
    assert not (tmp_path / "predictions/.predict.part.json").exists()


@pytest.mark.parametrize("change", ["windows", "model"])
def test_predict__draws_anew_where_the_answers_are_made_anew(predict, unsorted, tmp_path, change):
    predict()
    for path in (tmp_path / "predictions/pictures").iterdir():
        path.write_bytes(b"of the run before")
    if change == "model":
        path = tmp_path / "models/known/trained.json"
        path.write_text(path.read_text().replace('"neither": null', '"neither": "rocket"'))
    predict(*(["--windows"] if change == "windows" else []))
    for path in (tmp_path / "predictions/pictures").iterdir():
        assert path.read_bytes().startswith(b"\xff\xd8"), path.name


@pytest.fixture
def stopped(predict, monkeypatch):
    """Predict until Ctrl+C at the second photo that is answered."""

    def give(*arguments):
        answer, asked = predicting.answer, []

        def stop(*given):
            asked.append(given)
            if len(asked) == 2:
                raise KeyboardInterrupt
            return answer(*given)

        with monkeypatch.context() as patch:
            patch.setattr(predicting, "answer", stop)
            with pytest.raises((KeyboardInterrupt, AssertionError)):
                predict(*arguments)

    return give


def test_predict__ctrl_c_keeps_what_was_answered(predict, stopped, unsorted, tmp_path):
    stopped()
    assert len(state_of(tmp_path, ".predict.part.json")["photos"]) == 1
    assert predict()["new"] == 1


def test_predict__ctrl_c_in_a_run_with_other_options_keeps_what_the_one_before_knows(predict, stopped, unsorted):
    first = predict()
    stopped("--windows")
    told = predict()
    assert (told["new"], told["predictions"]) == (0, first["predictions"])


def test_predict__a_number_that_json_has_not_is_not_written_again(predict, unsorted, tmp_path, monkeypatch):
    predict()
    path = tmp_path / "predictions/.predict.json"
    path.write_text(path.read_text().replace('"note": ', '"odd": 1e999, "note": '), "utf-8")
    (unsorted / "c.jpg").write_bytes((unsorted / "a.jpg").read_bytes() + b"more")
    monkeypatch.setattr(keeping, "_SAVE_EVERY", 1)
    assert predict()["new"] == 1
    assert "odd" not in path.read_text()


def test_predict__a_model_that_is_replaced_meanwhile_does_not_answer_for_the_new_one(
    predict, unsorted, tmp_path, monkeypatch
):
    path = tmp_path / "models/known/trained.json"

    def replace_first(*arguments):
        path.write_text(path.read_text().replace('"threshold": 0.0', '"threshold": 0.5'))
        return keeping.Known(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(predicting, "Known", replace_first)
        predict()
    assert predict()["new"] == 2


def test_predict__a_folder_with_the_name_of_a_picture_is_left_alone(predict, unsorted, tmp_path):
    name = f"x-{'0' * 12}-photo.jpg"
    (tmp_path / "predictions/pictures" / name).mkdir(parents=True)
    assert predict()["new"] == 2
    assert (tmp_path / "predictions/pictures" / name).is_dir()
