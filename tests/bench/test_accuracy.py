import itertools
import shutil
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from bench import accuracy, novelty, photo_sets
from bench.accuracy import Accuracy, check_requirements, main
from bench.novelty import Novelty
from bench.photo_sets import PhotoSet, embedder, read_set
from convert.errors import ConvertError

ROOT = Path(__file__).resolve().parents[2]
COLOURS = {"cherry": (200, 20, 40), "lime": (60, 220, 30), "sea": (20, 60, 210)}


def embed(pictures):
    """A stand-in for the model, which takes a second for ten photos: the colours of sixteen places in a picture."""
    rows = [np.asarray(picture.resize((4, 4)), np.float32).ravel() for picture in pictures]
    return np.array(rows, np.float32).reshape(-1, 48) + 1


@pytest.fixture
def folder(tmp_path):
    """Three classes of noisy colours, twelve photos each."""
    random = np.random.default_rng(0)
    for label, colour in COLOURS.items():
        (tmp_path / "colours" / label / "deep").mkdir(parents=True)
        for number in range(12):
            noise = random.integers(-15, 16, (16, 16, 3)) + random.integers(-20, 21)
            picture = Image.fromarray(np.clip(noise + colour, 0, 255).astype(np.uint8))
            picture.save(tmp_path / "colours" / label / ("deep" if number % 2 else ".") / f"{number}.png")
    return tmp_path / "colours"


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(accuracy, "embedder", lambda model: embed)
    monkeypatch.setattr(accuracy, "DRAW_COUNT", 2)
    monkeypatch.setattr(novelty, "FRAMES", 4)


def invoke(*arguments):
    done = CliRunner().invoke(main, list(map(str, arguments)))
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


def test_help__names_the_arguments_and_what_is_measured():
    text = " ".join(invoke("--help").output.split())
    for part in ("FOLDERS", ".webp", "6 photos a class", "LogisticRegression(C=100)", "--check", "web/public/model"):
        assert part in text


def test_main__without_a_folder_asks_for_one():
    done = invoke()
    assert done.exit_code == 2
    assert "make accuracy PHOTOS=folder" in done.output


@pytest.mark.usefixtures("quick")
def test_main__prints_both_tables_and_the_requirements(folder):
    again = shutil.copytree(folder, folder.with_name("others"))
    for label in COLOURS:
        (again / label).rename(again / f"other {label}")
    done = invoke(folder, again)
    assert done.exit_code == 0
    rows = [line.split() for line in done.stdout.splitlines()]
    assert [row[:2] for row in rows if row[0:1] in (["colours"], ["others"], ["all"])] == [
        [name, size] for name in ("colours", "others", "all") for size in ("5", "10")
    ]
    # Any metric separates colours that lie this far apart.
    assert [row[2:6] for row in rows if row[:1] == ["colours"]] == [["100.0%"] * 4] * 2
    text = done.stdout
    assert "colours, 8 photos a class " in text
    assert "One hold of 4 frames a class " in text
    assert "MISSED  adapted beats cosine by 2% or more with 5 examples a class: +0.0%" in text
    assert "met     adapted is no worse than a logistic regression with 10 examples a class: +0.0%" in text
    # The other folder has the same colours, so nothing separates it from the known classes.
    assert "MISSED  colours, 8 photos a class: 90% or more kept, and rejected" in text
    assert invoke(folder, again, "--check").exit_code == 1


@pytest.mark.usefixtures("quick")
def test_main__with_few_photos_leaves_out_the_larger_number_of_examples(folder):
    for label in COLOURS:
        (folder / label / "8.png").unlink()
        (folder / label / "0.png").unlink()
    done = invoke(folder)
    assert "Every class needs 11 photos for the figures with 10 examples a class." in done.stdout
    assert "10 examples a class:" not in done.stdout
    assert "with 5 examples a class:" in done.stdout


def test_main__explains_what_is_wrong_with_a_folder(monkeypatch, tmp_path):
    monkeypatch.setattr(accuracy, "embedder", lambda model: embed)
    done = invoke(tmp_path)
    assert done.exit_code == 1
    assert done.output.splitlines()[-2:] == [
        f"Error: {tmp_path} has 0 folders of photos; two classes or more are needed.",
        "Give a folder that holds a folder of photos for each class.",
    ]


def test_main__without_a_model_says_that_there_is_none(folder, tmp_path):
    done = invoke(folder, "--model", tmp_path)
    assert done.exit_code == 1
    assert "There is no model in" in done.output


def test_read_set__reads_photos_at_any_depth_but_none_outside_a_class_folder(folder):
    Image.new("RGB", (9, 9)).save(folder / "stray.png")
    (folder / ".hidden").mkdir()
    photo_set = read_set(folder, 12, embed)
    assert photo_set.labels == list(COLOURS)
    assert photo_set.smallest == 12
    for index, colour in enumerate(COLOURS.values()):
        mean = photo_set.embeddings[photo_set.classes == index].reshape(-1, 3).mean(axis=0)
        assert np.abs(mean - colour).max() < 40


@pytest.mark.parametrize(
    ("without", "min_count", "why"),
    [
        (["lime", "sea"], 1, "colours has 1 folders of photos; two classes or more"),
        (["sea/deep", "sea/0.png"], 6, "The class sea in .* has 5 photos; 6 or more"),
        (["sea/*"], 6, "The class sea in .* has 0 photos; 6 or more"),
    ],
)
def test_read_set__refuses_too_few_classes_or_photos(folder, without, min_count, why):
    for path in itertools.chain.from_iterable(folder.glob(pattern) for pattern in without):
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    with pytest.raises(ConvertError, match=why):
        read_set(folder, min_count, embed)


def test_draw__separates_training_from_test_rows():
    classes = np.repeat([0, 1], [7, 9])
    photo_set = PhotoSet("", ["a", "b"], classes, np.zeros((16, 1), np.float32))
    training_rows, test_rows = photo_set.draw(5, 3)
    assert np.bincount(classes[training_rows]).tolist() == [5, 5]
    assert sorted([*training_rows, *test_rows]) == list(range(16))
    assert (photo_set.draw(5, 3)[0] == training_rows).all()
    assert (photo_set.draw(5, 4)[0] != training_rows).any()


def test_measure__averages_the_accuracy_on_the_held_out_photos():
    # One direction separates the classes; another, ten times as long, does not, and the adapted metric scales it down.
    random = np.random.default_rng(0)
    classes = np.repeat([0, 1], 30)
    embeddings = random.normal(0, 0.3, (60, 8))
    embeddings[:, 0] = 20
    embeddings[:, 1] = np.where(classes, 1, -1) + random.normal(0, 0.1, 60)
    embeddings[:, 2] = random.normal(0, 10, 60)
    row = accuracy.measure(PhotoSet("set", ["a", "b"], classes, embeddings.astype(np.float32)), 10)
    assert row[:2] == ("set", 10)
    assert row.cosine < 0.9 < row.adapted
    assert row.cosine < row.auto <= row.adapted
    assert row.adapted_taken > 0.5
    assert row.logistic > 0.9


MET = (Accuracy("all", 5, 0.90, 0.921, 0.92, 0.92, 1.0), Novelty("Photos", 0.9, 0.95, 0.3))


@pytest.mark.parametrize(
    ("change", "missed"),
    [
        ({}, []),
        ({"cosine": 0.905}, [0]),
        ({"logistic": 0.922}, [1]),
        ({"kept": 0.899}, [2]),
        ({"rejected": 0.899}, [2]),
    ],
)
def test_check_requirements__names_what_is_missed(change, missed):
    mean, known = (row._replace(**{key: change[key] for key in change if key in row._fields}) for row in MET)
    assert [i for i, row in enumerate(check_requirements([mean], [known])) if not row.is_met] == missed


def test_photos__keeps_known_classes_and_rejects_others():
    random = np.random.default_rng(1)

    def near(*directions):
        return np.concatenate(
            [np.eye(6)[direction] + random.normal(0, 0.05, (12, 6)) for direction in directions]
        ).astype(np.float32)

    classes = np.repeat([0, 1], 12)
    one = PhotoSet("one", ["a", "b"], classes, near(0, 1))
    # Class b is in both sets, so the photos of set two's b are not something else for set one.
    two = PhotoSet("two", ["b", "c"], classes, near(1, 2))
    rows = list(novelty.photos([one, two], near(3), 3))
    assert [row.what for row in rows] == ["one, 8 photos a class", "two, 8 photos a class"]
    for row in rows:
        assert row.rejected == 1
        assert row.kept > 0.8
        assert 0 < row.limit < 0.6


def test_embedder__sees_what_the_page_sees():
    model = ROOT / "web" / "public" / "model"
    assert (model / "manifest.json").exists(), "there is no model: make setup converts it"
    dark, light = (Image.new("RGB", (300, 200), colour) for colour in ("navy", "white"))
    stripes = Image.fromarray(np.tile(np.uint8([[[0] * 3] * 8 + [[255] * 3] * 8]), (224, 14, 1)))
    embeddings = embedder(model)(iter([dark, light, dark, stripes]))
    assert embeddings.shape[0] == 4
    assert embeddings.dtype == np.float32
    assert (embeddings[0] == embeddings[2]).all()
    assert np.abs(embeddings[0] - embeddings[3]).max() > 0.1


def test_embedder__refuses_a_damaged_model(tmp_path):
    model = shutil.copytree(ROOT / "web" / "public" / "model", tmp_path / "model")
    (model / "model.json").write_text("{}")
    with pytest.raises(ConvertError, match="is damaged"):
        embedder(model)


def test_embedder__works_in_batches(monkeypatch, tmp_path):
    sizes = []

    def run(folder, manifest, pictures, names):
        sizes.append(len(pictures))
        return {"embedding": pictures[:, 0, 0, :1].astype(np.float32)}

    monkeypatch.setattr(photo_sets.tfjs, "run", run)
    monkeypatch.setattr(photo_sets.manifests, "read", lambda model: {"dimension": 1, "input": {"size": 4}})
    monkeypatch.setattr(photo_sets.manifests, "check_files", lambda manifest, model: [])
    embeddings = embedder(tmp_path)(Image.new("RGB", (4, 4), (number, 0, 0)) for number in range(130))
    assert sizes == [128, 2]
    assert embeddings.ravel().tolist() == list(range(130))
