import itertools
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bench import photo_sets
from bench.photo_sets import VIEWS, PhotoSet, Sampling, embedder, read_set, shipped_set, spread_evenly
from bench.views import views
from convert.errors import ConvertError
from convert.photos import open_photo, photos_in
from tests.bench.conftest import COLOURS, embed

ROOT = Path(__file__).resolve().parents[2]


def test_read_set__reads_photos_at_any_depth_but_none_outside_a_class_folder(folder):
    Image.new("RGB", (9, 9)).save(folder / "stray.png")
    (folder / ".hidden").mkdir()
    photo_set = read_set(folder, 12, embed)
    assert photo_set.labels == list(COLOURS)
    assert photo_set.smallest == 12
    for index, colour in enumerate(COLOURS.values()):
        mean = photo_set.embeddings[photo_set.classes == index].reshape(-1, 3).mean(axis=0)
        assert np.abs(mean - colour).max() < 40


def test_read_set__passes_over_hidden_and_broken_photos_and_names_them(folder, capsys):
    whole = read_set(folder, 12, embed)
    shutil.copytree(folder / "sea", folder / "sea" / ".thumbnails")
    shutil.copytree(folder / "sea", folder / ".hidden")
    (folder / "lime" / "._0.jpg").write_bytes(b"\0\5\26\7")
    (folder / "lime" / "text.jpg").write_bytes(b"no picture")
    Image.new("RGB", (64, 64), "lime").save(folder / "lime" / "cut.jpg")
    (folder / "lime" / "cut.jpg").write_bytes((folder / "lime" / "cut.jpg").read_bytes()[:-40])
    photo_set = read_set(folder, 12, embed)
    assert photo_set.labels == whole.labels
    assert np.array_equal(photo_set.embeddings, whole.embeddings)
    told = capsys.readouterr().err
    assert "cut.jpg (a part of it is missing: copy it again" in told
    assert "text.jpg" in told


@pytest.mark.parametrize("sampling", [Sampling(), Sampling(5, 2), Sampling(50, 50), Sampling(3, None)])
def test_read_set__makes_views_of_the_photos_that_it_samples(folder, sampling):
    photo_set = read_set(folder, 12, embed, sampling)
    count = min(sampling.photos or 12, 12)
    assert np.bincount(photo_set.classes).tolist() == [count] * 3
    recorded = min(sampling.recorded or count, count)
    assert np.bincount(photo_set.classes[list(photo_set.views)]).tolist() == [recorded] * 3
    photos = photos_in(folder)
    everything = embed(map(open_photo, photos))
    for row, copies in photo_set.views.items():
        # The seed is the photo's place in its folder: the same views whatever else is embedded.
        (place,) = np.flatnonzero((everything == photo_set.embeddings[row]).all(axis=1))
        assert (copies == embed(views(open_photo(photos[place]), VIEWS, int(place)))).all()


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


def test_shipped_set__has_a_class_for_each_photo():
    photo_set = shipped_set(embed)
    assert set(np.bincount(photo_set.classes)) == {5}
    assert {"coffee.png", "rocket.jpg", "china.jpg"} <= set(photo_set.labels)
    assert list(photo_set.views) == list(range(len(photo_set.classes)))


def test_draw__separates_training_from_test_rows():
    classes = np.repeat([0, 1], [7, 9])
    photo_set = PhotoSet("", ["a", "b"], classes, np.zeros((16, 1), np.float32))
    training_rows, test_rows = photo_set.draw(5, 3)
    assert np.bincount(classes[training_rows]).tolist() == [5, 5]
    assert sorted([*training_rows, *test_rows]) == list(range(16))
    assert (photo_set.draw(5, 3)[0] == training_rows).all()
    assert (photo_set.draw(5, 4)[0] != training_rows).any()


def test_draw__of_recordings_takes_only_photos_with_views():
    classes = np.repeat([0, 1], [7, 9])
    embeddings = np.zeros((16, 1), np.float32)
    recorded = dict.fromkeys((1, 4, 8, 15), embeddings[:5])
    photo_set = PhotoSet("", ["a", "b"], classes, embeddings, recorded)
    taught = {tuple(photo_set.draw(1, seed, recorded=True)[0]) for seed in range(20)}
    assert taught == {(1, 8), (1, 15), (4, 8), (4, 15)}
    assert len(photo_set.draw(1, 0, recorded=True)[1]) == 14


def test_only_and_other_than__divide_a_set(folder):
    photo_set = read_set(folder, 12, embed, Sampling(None, 3))
    part = photo_set.only(["sea", "cherry"])
    assert part.labels == ["cherry", "sea"]
    assert (part.embeddings == photo_set.embeddings[photo_set.classes != 1]).all()
    assert part.classes.tolist() == [0] * 12 + [1] * 12
    assert len(part.views) == 6
    for row, copies in part.views.items():
        (place,) = np.flatnonzero((photo_set.embeddings == part.embeddings[row]).all(axis=1))
        assert copies is photo_set.views[place]
    assert (photo_set.other_than(["sea", "cherry", "plum"]) == photo_set.embeddings[photo_set.classes == 1]).all()


@pytest.mark.parametrize("count", [None, 1, 2, 3, 7, 20])
def test_spread_evenly__takes_as_many_of_each_class_from_its_whole_length(count):
    classes = np.repeat([0, 1, 3], [7, 3, 20])
    rows = spread_evenly(classes, count)
    assert (np.diff(rows) > 0).all()
    assert [np.sum(classes[rows] == index) for index in (0, 1, 3)] == [min(size, count or size) for size in (7, 3, 20)]
    gaps = np.diff(rows[classes[rows] == 3])
    assert not len(gaps) or gaps.max() - gaps.min() <= 1


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
    for graph in model.glob("model*.json"):
        graph.write_text("{}")
    with pytest.raises(ConvertError, match="is damaged"):
        embedder(model)


@pytest.fixture
def batches(monkeypatch):
    """A stand-in for the network, and the sizes of what it was given."""
    sizes = []

    def run(folder, manifest, pictures, names):
        sizes.append(len(pictures))
        return {"embedding": pictures[:, 0, 0, :1].astype(np.float32)}

    manifest = {"id": "m", "files": [], "dimension": 1, "input": {"size": 4}}
    monkeypatch.setattr(photo_sets.tfjs, "run", run)
    monkeypatch.setattr(photo_sets.manifests, "read", lambda model: manifest)
    monkeypatch.setattr(photo_sets.manifests, "check_files", lambda manifest, model: [])
    monkeypatch.setattr(photo_sets, "BATCH_SIZE", 100)
    monkeypatch.setattr(photo_sets.os, "cpu_count", lambda: 3)
    return sizes


def test_embedder__works_in_batches_on_all_cores(batches, tmp_path):
    embeddings = embedder(tmp_path)(Image.new("RGB", (4, 4), (number, 0, 0)) for number in range(130))
    assert sorted(batches) == [15, 15, 33, 33, 34]
    assert embeddings.ravel().tolist() == list(range(130))


def test_embedder__embeds_what_the_cache_has_not(batches, tmp_path):
    pictures = [Image.new("RGB", (4, 4), (number, 0, 0)) for number in range(20)]
    cache = tmp_path / "cache"
    for count, new in ((12, 12), (12, 0), (20, 8)):
        batches.clear()
        assert embedder(tmp_path, cache)(pictures[:count]).ravel().tolist() == list(range(count))
        assert sum(batches) == new
