import json

import numpy as np
import pytest
from click.testing import CliRunner

from bench import prior
from bench.accuracy.scenarios import Scenario
from bench.prior import Novelties, nearest, novelties, prior_of, table
from tests.bench.accuracy.made_up import photo_set
from tests.bench.conftest import embed


def test_nearest__is_the_smallest_cosine_distance():
    random = np.random.default_rng(0)
    shown, taught = random.normal(size=(5, 8)).astype(np.float32), random.normal(size=(3, 8)).astype(np.float32)
    for distance, one in zip(nearest(shown, taught), shown, strict=True):
        cosines = [one @ other / np.linalg.norm(one) / np.linalg.norm(other) for other in taught]
        assert distance == pytest.approx(1 - max(cosines), abs=1e-6)


def test_prior_of__rejects_the_share_whatever_the_sizes_of_sets_and_kinds():
    random = np.random.default_rng(0)
    measured = []
    for name, draws, few, middle in (("one", 1, 500, 0.5), ("two", 3, 3000, 0.8)):
        for scenario in (Scenario(True, 1), Scenario(True, 2)):
            for _ in range(draws):
                kinds = [random.normal(middle, 0.1, 4000), random.normal(0.9, 0.1, few)]
                measured.append(Novelties(name, scenario, np.zeros(1), kinds))
    limit = prior_of(measured)
    shares = [
        np.mean([np.mean(kind > limit) for each in measured if each.name == name for kind in each.others])
        for name in ("one", "two")
    ]
    assert np.mean(shares) == pytest.approx(0.955, abs=0.001)


def test_novelties__are_those_of_all_sets_after_each_number_of_recordings():
    sets = [photo_set("abc", ["a", "b", "c"], (0, 1, 2), 8), photo_set("cd", ["c", "d"], (2, 3), 5)]
    shipped = photo_set("shipped", ["x", "y"], (8, 9), 5)
    measured = list(novelties(sets, shipped, 2))
    assert [(each.name, each.scenario.size) for each in measured] == [
        (name, size) for name in ("abc", "cd") for size in (1, 2, 4) for _ in range(2)
    ]
    assert [len(kind) for kind in measured[0].others] == [5, 10]
    assert [len(kind) for kind in measured[-1].others] == [16, 10]
    assert len(measured[0].known) == 21
    # Things of another kind are further away than the same class.
    limit = prior_of(measured)
    assert all(np.median(each.known) < limit for each in measured)
    assert len(table(measured, limit).splitlines()) == 7


def test_main__prints_the_prior_and_what_the_manifest_names(monkeypatch, folder, tmp_path):
    (tmp_path / "manifest.json").write_text(json.dumps({"format": 1, "unknown": {"distance": 0.321}}))
    monkeypatch.setattr(prior, "embedder", lambda model, cache: embed)
    monkeypatch.setattr(prior, "DRAW_COUNT", 1)
    done = CliRunner().invoke(prior.main, [str(folder), "--model", str(tmp_path)])
    assert done.exit_code == 0, done.output
    assert "colours" in done.output
    assert "The model's manifest names 0.321." in done.output
    (tmp_path / "manifest.json").unlink()
    assert "There is no model" in CliRunner().invoke(prior.main, [str(folder), "--model", str(tmp_path)]).output
