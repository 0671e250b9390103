"""A model that was trained from a folder opens in the page, and the page answers as Python does."""

import csv
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import BrowserContext, expect

from photos.folder import list_photos
from server.knn.options import ClassifierSettings
from tests.browser.projects.test_file import NO_PICKERS, open_file, opened
from tests.browser.test_try import THINGS, drop, open_view, write_photos
from toolchain.embedding.embed import embed_photos
from toolchain.embedding.model import EmbeddingModel
from toolchain.models.trained import TrainedModel
from toolchain.training.train import Options, train

pytestmark = pytest.mark.browser
MODEL = Path(__file__).resolve().parents[3] / "web/public/model"
#: The embeddings of both agree to 0.999; a distance then to so much.
NEAR = 0.01


@pytest.mark.parametrize("metric", ["adapted", "cosine"])
def test_a_trained_model_opens_in_the_page_and_answers_the_same(
    static_host: str, context: BrowserContext, tmp_path: Path, metric: str
):
    write_photos(tmp_path / "photos", 1, 10)
    tried = write_photos(tmp_path / "trip", 9, 4)
    settings = ClassifierSettings(k=5, metric=metric, weights="distance")
    options = Options(
        tmp_path / "photos", tmp_path / "model", (MODEL,), settings=settings, cache=tmp_path / "embeddings.sqlite"
    )
    train(options, say=lambda line: None)
    trained = TrainedModel.open(tmp_path / "model")
    network = EmbeddingModel.open(MODEL)
    asked = embed_photos(list_photos(tried).photos, network)
    answers = trained.answer(asked.embeddings)
    _, distances = trained.neighbours(asked.embeddings, 1)

    page, _ = opened(context, static_host, NO_PICKERS)
    open_file(page, tmp_path / "model/project.showandtell")
    expect(page.locator(".classes article")).to_have_count(3)
    # What is asked before the adapted metric is there is answered by the cosine.
    page.get_by_role("tab", name="Test", exact=True).click()
    expect(page.locator(".test[aria-busy=false] .matrix-cell").first).to_be_visible()
    view = open_view(page)
    drop(page, view, tried)
    with page.expect_download() as download:
        view.get_by_role("button", name="Save as table (CSV)").click()
    download.value.save_as(tmp_path / "tried.csv")
    with (tmp_path / "tried.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["name"].removeprefix("trip/"): row for row in csv.DictReader(file)}

    assert rows.keys() == {photo.name for photo in asked.photos}
    for place, photo in enumerate(asked.photos):
        row = rows[photo.name]
        assert float(row["distance"]) == pytest.approx(distances[place, 0], abs=NEAR), photo.name
        shares = np.array([float(row[thing]) for thing in THINGS])
        if answers.is_unknown[place]:
            assert row["answer"] == "I don’t know", row
            continue
        assert row["answer"] == answers.labels[place], row
        # Beside the classes the page has a share for something else.
        ours = dict(zip(trained.classes_, answers.probabilities[place], strict=True))
        np.testing.assert_allclose(shares / shares.sum(), [ours[thing] for thing in THINGS], atol=0.05)
