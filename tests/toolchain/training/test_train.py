"""``python -m toolchain train`` on real photos, with the real network."""

import csv
import io
import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from photos.folder import PhotoFile
from server.contract.limits import LIMITS
from server.exchange.showandtell import read_showandtell
from server.knn import KNN
from toolchain.commands import train as command
from toolchain.embedding.embed import embed_photos
from toolchain.models.trained import TrainedModel
from toolchain.training import augment, optimisers
from toolchain.training.train import name_of


def rows_of(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text())))


def groups_of(model: TrainedModel) -> list[tuple[str, str | None]]:
    """The photo and the group of each example."""
    return [(name, example.group) for name, example in zip(model.example_names, model.content.examples, strict=True)]


def test_train__makes_a_project_that_the_page_opens_and_answers_by(train, photos, model):
    result = train()
    folder = Path(result["out"])
    assert folder == Path("models/cat-coffee-rocket")
    counts = {part: result["photos"][part] for part in ("training", "validation", "test")}
    assert counts == {"training": 24, "validation": 6, "test": 6}
    # The test part was not opened: nobody noticed that it can't be.
    assert result["passedOver"] == []
    assert result["figures"]["validation"]["accuracy"] == 1
    assert result["figures"]["training"] == {
        "count": 24,
        "accuracy": 1.0,
        "balancedAccuracy": 1.0,
        "crossEntropy": 0.0,
        "leftOut": True,
    }
    content = read_showandtell(folder / "project.showandtell")
    assert (content.model.id, content.model.dimension) == (model.id, model.dimension)
    assert Counter(example.label for example in content.examples) == {"cat": 8, "coffee": 8, "rocket": 8}
    assert {example.group for example in content.examples} == {
        f"{label}/burst {number}" for label in ("cat", "coffee", "rocket") for number in range(4)
    }
    thumbnail = Image.open(io.BytesIO(content.examples[0].thumbnail))
    assert (thumbnail.size, thumbnail.format) == ((96, 96), "JPEG")
    # As a room answers that opens the file.
    opened = TrainedModel.open(folder)
    asked = [photos / label / f"0{number}.jpg" for label in ("cat", "coffee", "rocket") for number in (8, 9)]
    embeddings = embed_photos([PhotoFile(path, path.name) for path in asked], model).embeddings
    room = KNN()
    for example, embedding in zip(content.examples, content.embeddings, strict=True):
        room.add_example(embedding, example.label, example.id, example.group)
    results = room.classify_batch(embeddings, content.settings["k"], *opened.resolved[:1], content.settings["weights"])
    assert [each["label"] for each in results] == opened.predict(embeddings)
    assert opened.example_names[0] == "cat/00.jpg"


def test_train__again_embeds_nothing_and_writes_the_same_bits(train):
    options = ("--head", "softmax", "--augment", "flip,rotation,brightness", "--copies", 1, "--steps", 60)
    train(*options, "--out", "models/a")
    again = train(*options, "--out", "models/b")
    assert again["embedded"] == 0
    names = sorted(path.name for path in Path("models/a").iterdir())
    assert names == ["head.npz", "history.csv", "history.png", "project.showandtell", "split.csv", "trained.json"]
    for name in names:
        assert Path("models/a", name).read_bytes() == Path("models/b", name).read_bytes(), name


def test_train__softmax_with_copies_of_the_training_photos_alone(train, photos):
    result = train("--head", "softmax", "--augment", "all", "--copies", 2, "--steps", 100, "--out", "models/s")
    assert (result["photos"]["copies"], result["figures"]["examples"]["learnt"]) == (48, 72)
    assert result["figures"]["validation"]["count"] == 6
    assert result["figures"]["validation"]["accuracy"] == 1
    assert 0 < result["threshold"] <= 0.99
    opened = TrainedModel.open(Path("models/s"))
    parts = {row["name"]: row["part"] for row in rows_of(photos / "split.csv")}
    assert {parts[name] for name in opened.example_names} == {"train"}
    assert Counter(opened.example_names) == dict.fromkeys((n for n, part in parts.items() if part == "train"), 3)
    # A photo and its copies are of one recording: they are left out together.
    groups = {example.group for example in opened.content.examples}
    assert len(groups) == 12
    pairs = {
        (example.group, name.split("/")[0])
        for example, name in zip(opened.content.examples, opened.example_names, strict=True)
    }
    assert all(group.startswith(label) for group, label in pairs)
    history = rows_of(Path("models/s/history.csv"))
    assert [int(row["step"]) for row in history] == list(range(0, 101, 10))
    assert float(history[-1]["validationCrossEntropy"]) < float(history[0]["validationCrossEntropy"])
    with Image.open("models/s/history.png") as drawn:
        assert drawn.size[0] > 500


@pytest.mark.parametrize("head", ["knn", "softmax"])
def test_train__search_takes_the_best_of_the_validation_part(train, head, monkeypatch):
    from toolchain.training import search

    monkeypatch.setattr(search, "RATES", (1.0,))
    monkeypatch.setattr(search.try_softmax, "__defaults__", (("sgd", "adam"), None, (20, 60), 0))
    result = train("--head", head, "--search", "--out", f"models/{head}")
    rows = rows_of(Path(f"models/{head}/search.csv"))
    assert len(rows) == len(result["search"]) == (4 * 2 * 6 if head == "knn" else 2 * 2)
    best = min(rows, key=lambda row: (-float(row["accuracy"]), float(row["crossEntropy"])))
    if head == "knn":
        # Few photos that are easy: nearly all settings are the best, and nothing speaks against the default ones.
        assert result["tied"]["count"] > 1
        assert result["tied"]["chosenBy"] == "default"
        settings = result["settings"]
        assert [settings[key] for key in ("k", "metric", "weights")] == [3, "auto", "uniform"]
    assert result["figures"]["validation"]["crossEntropy"] == pytest.approx(float(best["crossEntropy"]), abs=1e-9)
    assert Path(f"models/{head}/search.png").stat().st_size > 1000


def test_train__search_says_how_it_chose_and_where_all_is(run, photos, model_folder, embedding_cache):
    network = ("--model", model_folder, "--cache", embedding_cache, "--processes", 1)
    printed = run("train", photos, *network, "--search", "--out", "models/s").stdout
    assert "settings tied for the best on the validation photos; the ones that training without a search has" in printed
    assert "All are in models/s/search.csv, drawn in models/s/search.png." in printed
    assert next(line.split()[:3] for line in printed.splitlines() if "adapted" in line) == ["3", "adapted", "uniform"]
    printed = run("train", photos, *network, "--compare", "--out", "models/c").stdout
    assert "settings tied for the best" in printed
    assert "Head: knn, k 3, auto" in printed


def test_train__compare_shows_every_head_on_every_network(train, model_folder, tmp_path):
    import shutil

    from convert import manifest as manifests

    other = tmp_path / "other"
    shutil.copytree(model_folder, other)
    manifests.write({**manifests.read(other), "id": "another"}, other)
    result = train("--compare", "--model", model_folder, "--model", other, "--out", "models/c", "--steps", 50)
    rows = rows_of(Path("models/c/comparison.csv"))
    assert Counter((row["model"], row["head"]) for row in rows) == {
        (name, head): count
        for name in ("another", "efficientnet_lite0-224-float16")
        for head, count in (("knn", 4), ("softmax", 1))
    }
    assert {"accuracy", "balancedAccuracy", "crossEntropy", "seconds", "millisecondsPerPhoto"} <= rows[0].keys()
    losses = [(-float(row["accuracy"]), float(row["crossEntropy"])) for row in rows]
    assert losses == sorted(losses)
    assert (result["head"], result["model"]["id"]) == (rows[0]["head"], rows[0]["model"])


def test_train__neither_and_boxes(train, photos, shipped_folder, tmp_path):
    others = tmp_path / "others"
    others.mkdir()
    random = np.random.default_rng(0)
    for number in range(12):
        pixels = random.integers(0, 256, (8, 8, 3), dtype=np.uint8)
        Image.fromarray(pixels).resize((64, 64), Image.Resampling.NEAREST).save(others / f"{number}.png")
    table = tmp_path / "boxes.csv"
    table.write_text(
        "label,name,left,top,right,bottom\ncat,cat/00.jpg,10,10,100,60\nneither,cat/01.jpg,200,200,256,256\n"
        # Of the validation part, and of no photo: passed over.
        "cat,cat/08.jpg,0,0,99,99\ncat,cat/none.jpg,0,0,9,9\n"
    )
    result = train("--neither", others, "--boxes", table, "--out", "models/n")
    assert (result["classes"], result["neither"]) == (["cat", "coffee", "rocket", "neither"], "neither")
    assert result["photos"]["boxes"] == 2
    assert [each["name"] for each in result["unusedBoxes"]] == ["cat/08.jpg", "cat/none.jpg"]
    assert result["unusedBoxes"][0] == {
        "name": "cat/08.jpg",
        "label": "cat",
        "left": 0,
        "top": 0,
        "right": 99,
        "bottom": 99,
    }
    content = read_showandtell("models/n/project.showandtell")
    counted = Counter(example.label for example in content.examples)
    assert (counted["cat"], counted["coffee"]) == (9, 8)
    assert 8 <= counted["neither"] < 13
    opened = TrainedModel.open(Path("models/n"))
    groups = {name: example.group for example, name in zip(content.examples, opened.example_names, strict=True)}
    of_cat = [
        example.group
        for example, name in zip(content.examples, opened.example_names, strict=True)
        if name == "cat/00.jpg"
    ]
    assert of_cat == ["cat/burst 0"] * 2
    assert groups["neither/0.png" if "neither/0.png" in groups else "neither/1.png"] is None
    rows = rows_of(Path("models/n/split.csv"))
    assert {row["part"] for row in rows if row["label"] == "neither"} == {"train", "validation", "test"}


def test_train__says_which_boxes_are_of_no_photo_that_trains(run, photos, model_folder, embedding_cache, tmp_path):
    table = tmp_path / "boxes.csv"
    rows = [f"cat,cat/no {number}.jpg,0,0,9,9" for number in (*range(7), 0)]
    table.write_text("\n".join(["label,name,left,top,right,bottom", "cat,cat/00.jpg,10,10,100,60", *rows]) + "\n")
    words = ["train", photos, "--model", model_folder, "--cache", embedding_cache, "--boxes"]
    told = run(*words, table, "--out", "models/b").stdout
    assert "8 boxes were left out, since their photos are not among those that train: cat/no 0.jpg, cat/no 1" in told
    assert "cat/no 4.jpg and 2 more" in told
    table.write_text("\n".join(["label,name,left,top,right,bottom", "cat,cat/00.jpg,10,10,100,60"]) + "\n")
    assert "boxes were left out" not in run(*words, table, "--out", "models/b").stdout


@pytest.mark.parametrize(
    ("line", "stated"),
    [
        ("cat,cat/00.jpg,a,10,100,60", "row 2, has sides"),
        ("cat,cat/00.jpg,100,10,10,60", "left has to be below right"),
        ("cat,cat/00.jpg,0,0,inf,60", "left has to be below right"),
        ("cat,cat/00.jpg,0,0,nan,60", "left has to be below right"),
        ("elk,cat/00.jpg,0,0,9,9", 'the label "elk", which is no class'),
        ("cat,cat/00.jpg,900,900,990,990", "is not in cat/00.jpg"),
        (",cat/00.jpg,0,0,9,9", "no name or no label"),
    ],
)
def test_train__names_the_box_that_makes_no_sense(refused, tmp_path, line, stated):
    table = tmp_path / "boxes.csv"
    table.write_text(f"label,name,left,top,right,bottom\n{line}\n")
    assert stated in refused("--boxes", table)
    table.write_text("label,name\ncat,cat/00.jpg\n")
    assert "lacks the columns left, top, right, bottom" in refused("--boxes", table)


def test_train__says_what_it_can_not_train_on(refused, photos, tmp_path):
    empty = tmp_path / "empty"
    (empty / "cat").mkdir(parents=True)
    assert "0 class folders with photos; two or more" in refused(folder=empty)
    long = "x" * (LIMITS["labelCharacters"] + 1)
    (photos / "cat").rename(photos / long)
    (photos / "split.csv").unlink()
    assert "can't name a class" in refused()
    (photos / long).rename(photos / "cat")
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "a.txt").write_text("mine")
    assert "holds something else" in refused("--out", tmp_path / "letters")
    assert 'has a class "cat" already' in refused("--neither", empty, "--neither-name", "cat")
    (photos / "split.csv").write_text(
        "name,label,part,group\n"
        + "".join(
            f"{label}/00.jpg,{label},{part},\n"
            for label, part in (("cat", "train"), ("coffee", "train"), ("rocket", "test"))
        )
    )
    assert 'The class "rocket" has no photo in the training part' in refused()
    for unused in (photos / "cat").glob("00.jpg"):
        unused.write_bytes(b"broken")
    (photos / "split.csv").write_text(
        "name,label,part,group\ncat/00.jpg,cat,train,\ncoffee/00.jpg,coffee,train,\nrocket/00.jpg,rocket,train,\n"
    )
    assert 'No training photo of the class "cat" can be read' in refused()


def test_train__writes_nothing_among_the_photos(refused, photos, tmp_path, monkeypatch):
    before = sorted(photos.rglob("*"))
    assert "nothing is written among photos" in refused("--out", photos / "model")
    assert "nothing is written among photos" in refused("--out", photos)
    others = tmp_path / "others"
    others.mkdir()
    assert "beside it with --out" in refused("--neither", others, "--out", others / "model")
    # The folder that is chosen where none is named is in the one that the command runs in.
    monkeypatch.chdir(photos)
    assert "nothing is written among photos" in refused()
    assert sorted(photos.rglob("*")) == before


def test_train__refuses_options_that_exclude_each_other(refused, model_folder):
    assert "exclude each other" in refused("--compare", "--search", code=2)
    assert "needs --compare" in refused("--model", model_folder, "--model", model_folder, code=2)
    assert "is none of all, flip" in refused("--augment", "flip,blur", code=2)
    assert "from 0 to 2" in refused("--unknown-distance", "3", code=2)


def test_train__without_validation_photos(run, train, photos, model_folder, embedding_cache):
    text = (photos / "split.csv").read_text().replace(",validation,", ",test,")
    (photos / "split.csv").write_text(text)
    result = train("--head", "softmax", "--steps", 30, "--unknown-distance", "never", "--out", "models/v")
    assert result["figures"]["validation"] is None
    assert result["threshold"] == 0.99
    assert result["settings"]["unknownDistance"] is None
    stated = run("train", photos, "--model", model_folder, "--cache", embedding_cache, "--search", code=1).output
    assert "no validation photo" in stated
    stated = run("train", photos, "--model", model_folder, "--cache", embedding_cache).output
    assert "validation" in stated
    assert "no photos" in stated
    assert "Threshold 0.99: not measured, since no photo is in the validation part, so nothing" in stated
    assert "30 validation photos or more would do" in stated
    assert "or more are right" not in stated


def test_train__says_how_little_a_few_validation_photos_prove(run, photos, model_folder, embedding_cache):
    stated = run("train", photos, "--model", model_folder, "--cache", embedding_cache).output
    assert "Threshold 0.99: 6 of 6 validation answers are as sure, and 6 of these right." in stated
    assert "So few prove little: between 61 % and 100 % may be right of others" in stated


def test_train__says_that_folders_of_parts_are_put_together(run, train, photos, model_folder, embedding_cache):
    for label in ("cat", "coffee", "rocket"):
        for part, numbers in (("train", range(6)), ("test", range(6, 10))):
            (photos / part / label).mkdir(parents=True)
            for number in numbers:
                (photos / label / f"{number:02d}.jpg").rename(photos / part / label / f"{number:02d}.jpg")
        for path in (photos / label).iterdir():
            path.unlink()
        (photos / label).rmdir()
    text = (photos / "split.csv").read_text()
    (photos / "split.csv").unlink()
    stated = run("train", photos, "--model", model_folder, "--cache", embedding_cache).output
    assert "The folders test and train are no class and no part: the class folders inside were put together" in stated
    assert "split.csv: docs/toolchain.md" in stated
    # A person's own parts, as the documentation has them.
    rows = ["name,label,part,group"]
    for part in ("train", "test"):
        rows += [
            f"{part}/{path.parent.name}/{path.name},{path.parent.name},{part},"
            for path in sorted((photos / part).rglob("*.jpg"))
        ]
    assert text.startswith(rows[0])
    (photos / "split.csv").write_text("\n".join(rows) + "\n")
    result = train("--out", "models/own")
    assert result["mergedFolders"] == []
    assert (result["photos"]["training"], result["photos"]["test"]) == (18, 12)


def test_train__leaves_out_photos_that_the_split_does_not_name(train, photos):
    text = (photos / "split.csv").read_text()
    (photos / "split.csv").write_text(text.replace("cat/00.jpg,cat,train,cat/burst 0\n", ""))
    result = train("--metric", "cosine", "--unknown-distance", 0.4)
    assert (result["photos"]["unsplit"], result["photos"]["training"]) == (1, 23)
    trained = json.loads(Path(result["out"], "trained.json").read_text())
    assert trained["resolved"] == {"metric": "cosine", "unknownDistance": 0.4}


def test_train__a_project_holds_no_more_than_the_page_takes(train, monkeypatch):
    monkeypatch.setitem(LIMITS, "examplesPerRoom", 10)
    result = train("--head", "softmax", "--steps", 20, "--out", "models/few")
    kept = Counter(example.label for example in read_showandtell("models/few/project.showandtell").examples)
    assert result["figures"]["examples"] == {"learnt": 24, "kept": sum(kept.values())}
    assert kept == {"cat": 3, "coffee": 3, "rocket": 3}
    # Here all answer.
    opened = TrainedModel.open(Path("models/few"))
    assert opened.knn.count_by_label() == {"cat": 8, "coffee": 8, "rocket": 8}
    assert len({*opened.example_names}) == 24
    rows, distances = opened.neighbours(opened.examples, 1)
    np.testing.assert_allclose(distances, 0, atol=1e-6)
    assert all(opened.example_names[row].startswith(opened.example_labels[row]) for row in rows[:, 0])


def test_name_of__never_leaves_the_folder_of_models():
    assert name_of(["cat", "dog"]) == "cat-dog"
    for classes in (["..", "."], ["/etc/passwd"], ["a/../../b"], ["日本"], ["x" * 40] * 9, ["\x00"], ["-rf"]):
        name = name_of(classes)
        assert 0 < len(name) <= 80
        assert Path("models", name).resolve().parent == Path("models").resolve()
        assert not name.startswith((".", "-"))


def test_help__offers_what_there_is():
    assert command.KINDS == augment.KINDS
    assert command.OPTIMISERS == optimisers.OPTIMISERS
