"""The exported Python script answers as the classifier does: ties, zeros, limits and all."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from server.contract import constants
from server.exchange.content import ContentClass, ContentExample, ProjectContent
from server.exchange.showandtell import write_showandtell
from server.knn.certainty import UnknownLimit
from server.knn.knn import KNN
from server.knn.model import Model
from tests.support.golden_steps import packed

CLASSIFY = Path(__file__).parents[2] / "docs" / "sketches" / "classify.py"
RULES = {
    "sureShare": constants.SURE_SHARE,
    "sharpness": constants.UNKNOWN_SHARPNESS,
    "noveltyFloor": constants.NOVELTY_FLOOR,
    "centreDecline": constants.CENTRE_DECLINE,
    "centredLength": constants.CENTRED_LENGTH,
    "secondRecordingWeight": constants.SECOND_RECORDING_WEIGHT,
    "maxFitted": constants.MAX_FITTED,
}
CENTRE = {"ratio": 1.5, **packed(0.01, *range(10, 50, 5))}
LIMITS = [
    None,
    0.1,
    0,
    {"distance": 0.1, "exponent": 0.5, "adapted": None},
    {"distance": 0.1, "exponent": 0.7, "adapted": {"distance": 0.5, "typical": 0.3}},
    {"distance": 0.1, "exponent": 0, "adapted": None, "centre": CENTRE},
    {"distance": 0.1, "exponent": 0.1, "adapted": {"distance": 0.5, "typical": 0.3}, "centre": CENTRE},
]


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("classify", CLASSIFY)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def limit_of(value):
    return UnknownLimit.from_dict(value) if isinstance(value, dict) else value


@pytest.mark.parametrize("seed", range(40))
def test_answers__are_the_classifiers(seed, script, tmp_path):
    random = np.random.default_rng(seed)
    n = int(random.integers(2, 30))
    # Numbers of three kinds tie often.
    draw = (lambda *shape: random.integers(0, 3, shape)) if seed % 2 else (lambda *shape: random.random(shape))
    rows = draw(n, 8).astype(np.float32)
    rows[rows.sum(axis=1) == 0, 0] = 1
    rows[-1] = rows[0]
    labels = [f"c{i}" for i in random.integers(0, 3, n)]
    groups = [f"g{i}" if i < 3 else None for i in random.integers(0, 6, n)]
    metric = constants.METRICS[seed % 4]
    settings = {
        "k": int(random.integers(1, n + 1)),
        "metric": metric,
        "weights": str(random.choice(constants.WEIGHTS)),
        "unknownDistance": LIMITS[seed % len(LIMITS)],
    }
    knn = KNN()
    for label in ("c0", "c1", "c2"):
        knn.add_label(label)
    for i, row in enumerate(rows):
        knn.add_example(row, labels[i], f"e{i}", groups[i])
    classes = [ContentClass(label) for label in ("c0", "c1", "c2")]
    examples = [
        ContentExample(f"e{i}", label, group) for i, (label, group) in enumerate(zip(labels, groups, strict=True))
    ]
    write_showandtell(ProjectContent("", Model("m", 8), None, classes, examples, rows), tmp_path / "a.showandtell")
    machine = script.Machine(None, tmp_path / "a.showandtell", {**settings, **RULES})
    for query in (*draw(2, 8).astype(np.float32), rows[0], 2 * rows[n // 2]):
        if not query.any():
            continue
        expected = knn.classify(
            query,
            k=settings["k"],
            metric=metric,
            weights=settings["weights"],
            unknown_distance=limit_of(settings["unknownDistance"]),
        )
        answer = machine.answer(query)
        assert (answer.label, answer.certainty) == (expected["label"], expected["certainty"])
        assert answer.shares == pytest.approx(expected["confidences"], abs=1e-6)
        assert answer.unknown == pytest.approx(expected["unknownShare"], abs=1e-6)
        assert [each[0] for each in answer.neighbours] == [each["id"] for each in expected["neighbours"]]


def test_what_is_printed__adds_up_and_commands_no_terminal(script, tmp_path, monkeypatch, capsys):
    answer = script.Answer("a\x1b[2Jb", "notSure", {"a\x1b[2Jb": 0.5, "c": 0.5}, 0.2, [])
    monkeypatch.setattr(
        script.Machine, "load", lambda folder: type("Fake", (), {"classify": lambda self, picture: answer})()
    )
    Image.new("RGB", (8, 8)).save(tmp_path / "p.png")
    monkeypatch.setattr("sys.argv", ["classify.py", "p.png"])
    monkeypatch.chdir(tmp_path)
    script.main()
    assert capsys.readouterr().out == "p.png: a?[2Jb?  (a?[2Jb 40%, c 40%; something else 20%)\n"
