"""The parts of training on arrays and pictures: figures, threshold, changes, boxes, tables, search."""

import csv
import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from sklearn.metrics import balanced_accuracy_score, log_loss

from photos.folder import PhotoFile
from photos.reader import as_seen
from server.contract.constants import METRICS, WEIGHTS
from server.contract.limits import LIMITS
from server.knn.certainty import UnknownLimit
from server.knn.options import ClassifierSettings
from toolchain.models.facts import Network
from toolchain.training import history
from toolchain.training.augment import KINDS, Change, apply_change, draw_change
from toolchain.training.boxes import Box, cut
from toolchain.training.estimator import Look
from toolchain.training.figures import DEFAULT_THRESHOLD, find_threshold, measure
from toolchain.training.gather import Data, group_of
from toolchain.training.heads import SoftmaxOptions, fit_softmax, train_head
from toolchain.training.search import try_neighbours, try_softmax
from toolchain.training.views import View

D = 8


def new_data(n=60, m=30):
    """Three classes that overlap, of which the last has more examples."""
    random = np.random.default_rng(0)
    truths, judges = np.minimum(np.arange(n) % 5, 2), np.arange(m) % 3
    given = [(random.normal(size=(len(y), D)) + 0.9 * np.eye(D)[y]).astype(np.float32) for y in (truths, judges)]
    classes = ["cat", "dog", "owl"]
    views = [
        View(PhotoFile(Path(f"{row}.jpg"), f"{row}.jpg", classes[truth]), f"{row:064x}")
        for row, truth in enumerate(truths)
    ]
    return Data(classes, views, given[0], truths, given[1], judges, [], 0, [])


def test_measure__agrees_with_scikit_learn():
    random = np.random.default_rng(0)
    shares = random.dirichlet(np.ones(3), 50)
    truths = random.integers(0, 3, 50)
    figures = measure(shares.argmax(axis=1), shares, truths)
    assert figures["balancedAccuracy"] == pytest.approx(balanced_accuracy_score(truths, shares.argmax(axis=1)))
    assert figures["accuracy"] == (shares.argmax(axis=1) == truths).mean()
    raised = np.maximum(shares, 0.01)
    expected = -np.log(raised[np.arange(50), truths]).mean()
    assert figures["crossEntropy"] == pytest.approx(expected)
    assert expected <= log_loss(truths, shares)


@settings(deadline=None, max_examples=100)
@given(st.lists(st.tuples(st.sampled_from([0.4, 0.5, 0.7, 0.9, 0.95, 1.0]), st.booleans()), min_size=1, max_size=300))
def test_find_threshold__is_the_smallest_that_is_precise(answers):
    confidences = np.array([share for share, _ in answers])
    is_right = np.array([right for _, right in answers])
    found = find_threshold(confidences, is_right)
    precise = [t for t in np.unique(confidences) if is_right[confidences >= t].mean() >= 0.99]
    expected = min(precise) if precise else 1.0
    is_all = bool(precise) and expected == confidences.min()
    assert found == (min(expected, DEFAULT_THRESHOLD) if is_all else expected)


def test_find_threshold__of_no_answers():
    assert find_threshold(np.empty(0), np.empty(0, bool)) == DEFAULT_THRESHOLD


def test_try_neighbours__judges_as_the_classifier_answers():
    """The oracle: the model itself, asked about every photo with each point of the grid."""
    data = new_data()
    trials = list(try_neighbours(data, ks=(1, 4, 9)))
    assert [tuple(trial.options.values()) for trial in trials] == [
        (k, metric, weights) for metric in METRICS for weights in WEIGHTS for k in (1, 4, 9)
    ]
    network = Network("net", "The net", D, "ab", "", UnknownLimit(0.6))
    for trial in trials:
        asked = ClassifierSettings(**trial.options, unknown_distance=None)
        model = train_head(data, network, settings=asked, with_thumbnails=False).model
        figures = model.figures["validation"]
        assert figures["accuracy"] == pytest.approx(trial.accuracy), trial.options
        assert figures["balancedAccuracy"] == pytest.approx(trial.balanced_accuracy)
        assert figures["crossEntropy"] == pytest.approx(trial.cross_entropy, rel=1e-6)
    assert len({trial.accuracy for trial in trials}) > 3


def test_train_head__with_softmax_has_its_columns_in_class_order():
    data = new_data()
    backwards = data._replace(
        classes=data.classes[::-1], truths=2 - data.truths, validation_truths=2 - data.validation_truths
    )
    network = Network("net", "The net", D, "ab", "", UnknownLimit(0.6))
    models = [train_head(each, network, head="softmax", with_thumbnails=False).model for each in (data, backwards)]
    shares = [model.predict_proba(data.validation) for model in models]
    np.testing.assert_allclose(shares[0], shares[1][:, ::-1], atol=1e-5)
    assert models[1].classes_ == ["owl", "dog", "cat"]


@pytest.fixture
def picture() -> Image.Image:
    """A photo with a white spot left of its middle, and nothing alike on the two sides."""
    pixels = np.zeros((120, 160, 3), np.uint8)
    pixels[..., 1] = np.linspace(0, 90, 160, dtype=np.uint8)
    pixels[55:65, 50:60] = 255
    return Image.fromarray(pixels)


def spot(picture):
    """The middle of the spot, as shares of the sides: x, y."""
    bright = np.asarray(picture)[..., 0] > 128
    y, x = np.nonzero(bright)
    return (x.mean() + 0.5) / bright.shape[1], (y.mean() + 0.5) / bright.shape[0]


def test_apply_change__without_a_change_is_what_the_network_sees(picture):
    np.testing.assert_array_equal(np.asarray(apply_change(picture, Change(), 48)), as_seen(picture, 48))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (Change(), (0.292, 0.5)),
        (Change(is_flipped=True), (0.708, 0.5)),
        (Change(shift=(0.1, -0.2)), (0.392, 0.3)),
        (Change(zoom=2), (0.083, 0.5)),
        # A quarter turn counter-clockwise: what was left is below.
        (Change(turn_degrees=90), (0.5, 0.708)),
    ],
)
def test_apply_change__moves_the_spot_where_it_should(picture, change, expected):
    assert spot(apply_change(picture, change, 120)) == pytest.approx(expected, abs=0.02)


def test_apply_change__shear_leans_verticals():
    pixels = np.zeros((100, 100, 3), np.uint8)
    pixels[:, 49:51] = 255
    leaning = np.asarray(apply_change(Image.fromarray(pixels), Change(shear_degrees=10), 100))[..., 0]
    top, bottom = (np.average(np.arange(100), weights=leaning[row]) for row in (5, 94))
    assert abs(top - bottom) == pytest.approx(89 * np.tan(np.radians(10)), abs=1.5)


def test_apply_change__light_and_colour(picture):
    plain = np.asarray(apply_change(picture, Change(), 40)).astype(int)
    assert np.asarray(apply_change(picture, Change(brightness=0.5), 40)).sum() == pytest.approx(
        plain.sum() / 2, rel=0.02
    )
    grey = np.asarray(apply_change(picture, Change(colour=0), 40))
    assert (grey[..., 0] == grey[..., 1]).all()


def test_draw_change__is_the_same_whatever_else_is_drawn():
    drawn = [draw_change(KINDS, "ab", number, 0) for number in range(40)]
    assert len(set(drawn)) == 40
    assert (
        draw_change(KINDS, "ab", 3, 0) == drawn[3] != draw_change(KINDS, "ab", 3, 1) != draw_change(KINDS, "cd", 3, 1)
    )
    alone = draw_change(["rotation"], "ab", 3, 0)
    assert alone == Change(turn_degrees=drawn[3].turn_degrees)
    assert {change.is_flipped for change in drawn} == {True, False}
    assert max(abs(change.turn_degrees) for change in drawn) > 10


@settings(deadline=None)
@given(st.data())
def test_cut__is_a_square_with_the_whole_box_in_it(data):
    width, height = (data.draw(st.integers(20, 90)) for _ in range(2))
    left, top = data.draw(st.integers(0, width - 2)), data.draw(st.integers(0, height - 2))
    right, bottom = data.draw(st.integers(left + 1, width)), data.draw(st.integers(top + 1, height))
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[top:bottom, left:right] = 255
    part = np.asarray(cut(Image.fromarray(pixels), Box(left, top, right, bottom)))[..., 0]
    assert (part > 0).sum() == (right - left) * (bottom - top)
    side = max(right - left, bottom - top)
    assert abs(part.shape[0] - min(side, height)) <= 1
    assert abs(part.shape[1] - min(side, width)) <= 1


def test_view__has_an_id_and_a_key_of_its_own():
    photo = PhotoFile(Path("a.jpg"), "cat/a.jpg", "cat")
    views = [
        View(photo, "ab"),
        View(photo, "ab", Change(zoom=1.1), number=1),
        View(photo, "ab", Change(zoom=1.2), number=2),
        View(photo, "ab", box=Box(0, 0, 9, 9), number=-1),
        View(photo._replace(name="dog/a.jpg", label="dog"), "ab"),
    ]
    assert len({view.id for view in views}) == 5
    # The same file is embedded once, wherever it is.
    assert views[0].key == views[4].key == "ab"
    assert len({view.key for view in views}) == 4


def test_group_of__all_views_of_a_photo_are_of_one_recording():
    photo = PhotoFile(Path("a.jpg"), "cat/a.jpg", "cat")
    assert group_of(View(photo, "ab"), has_siblings=False) is None
    plain, copy = (
        group_of(view, has_siblings=True) for view in (View(photo, "ab"), View(photo, "ab", Change(zoom=2), number=1))
    )
    assert plain == copy is not None
    assert group_of(View(photo._replace(group="cat/burst"), "ab"), has_siblings=True) == "cat/burst"
    long = [group_of(View(photo._replace(group="cat/" + "x" * 99 + end), "ab"), has_siblings=False) for end in "yz"]
    assert long[0] != long[1]
    assert all(len(group) <= 64 for group in long)


def test_history__is_a_table_and_a_picture():
    looks = [Look(0, 0.3, 1.1, 0.2, 1.2), Look(10, 0.9, 0.2, 0.8, 0.4)]
    rows = list(csv.DictReader(io.StringIO(history.history_table(looks).decode())))
    assert rows[1] == {
        "step": "10",
        "trainingAccuracy": "0.9",
        "validationAccuracy": "0.8",
        "trainingCrossEntropy": "0.2",
        "validationCrossEntropy": "0.4",
    }
    drawn = history.draw_history(looks, 10)
    assert drawn == history.draw_history(looks, 10)
    pixels = np.asarray(Image.open(io.BytesIO(drawn)).convert("RGB")).reshape(-1, 3)
    # Blue for training, orange for validation: Matplotlib's first two colours.
    for colour in ((31, 119, 180), (255, 127, 14)):
        assert (pixels == colour).all(axis=1).sum() > 50
    alone = [Look(step, 0.5, 0.5, None, None) for step in (0, 10)]
    assert history.draw_history(alone).startswith(b"\x89PNG")


def test_try_softmax__more_steps_go_on_where_fewer_had_not_stopped():
    trials = list(try_softmax(new_data(), ("sgd",), [1e-4], (20, 60)))
    assert [(trial.options["steps"], trial.history[-1].step) for trial in trials] == [(20, 20), (60, 60)]
    assert trials[0].cross_entropy > trials[1].cross_entropy


def test_fit_softmax__learns_from_every_example():
    data = new_data()
    truths = np.zeros(60, np.int64)
    truths[30:59], truths[59] = 1, 2
    embeddings = np.eye(D, dtype=np.float32)[truths]
    head = fit_softmax(data._replace(truths=truths, embeddings=embeddings), SoftmaxOptions(steps=500))
    assert head.head_.predict_proba(embeddings[-1:]).argmax() == 2


def test_train_head__examples_beyond_the_project_keep_their_embeddings(monkeypatch):
    monkeypatch.setitem(LIMITS, "examplesPerRoom", 15)
    data = new_data()
    network = Network("net", "The net", D, "ab12", "", UnknownLimit(0.6))
    model = train_head(data, network, with_thumbnails=False).model
    assert 10 < len(model.content.examples) <= 15
    assert sorted(model.example_names) == sorted(view.photo.name for view in data.views)
    for row, name in enumerate(model.example_names):
        place = int(name.removesuffix(".jpg"))
        np.testing.assert_array_equal(model.examples[row], data.embeddings[place])
        assert model.example_labels[row] == data.classes[data.truths[place]]
