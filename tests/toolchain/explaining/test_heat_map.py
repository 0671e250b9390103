"""The heat map is the page's, and the thing is where it is bright."""

import json
import subprocess

import numpy as np
import pytest
from PIL import Image

from convert.node import find_node
from tests.support.node import ROOT
from toolchain.explaining.heat_map import class_gradient, heat_map, similarity_gradient
from toolchain.explaining.overlay import Box, enlarge, otsu, paint_heat, paint_segment, segment


def page_heat_map(features, examples, weights):
    """What the page's own module makes of them, in Node."""
    module = (ROOT / "web/src/explain/heat-map.js").as_uri()
    given = {
        "features": features.ravel().tolist(),
        "cells": features.shape[0] * features.shape[1],
        "examples": [{"embedding": x.tolist(), "weight": w} for x, w in zip(examples, weights, strict=True)],
    }
    script = f"""
      import {{ heatMap }} from {json.dumps(module)};
      const {{ features, cells, examples }} = JSON.parse(await new Response(process.stdin).text());
      const typed = examples.map(({{ embedding, weight }}) => ({{ embedding: Float32Array.from(embedding), weight }}));
      const {{ raw, values }} = heatMap(Float32Array.from(features), cells, typed);
      console.log(JSON.stringify({{ raw: [...raw], values: [...values] }}));
    """
    command = [find_node(), "--no-warnings", "--input-type=module", "-e", script]
    done = subprocess.run(command, input=json.dumps(given), capture_output=True, text=True, check=True)
    answer = json.loads(done.stdout)
    return (np.array(answer[name]).reshape(features.shape[:2]) for name in ("raw", "values"))


def test_heat_map__is_the_pages():
    random = np.random.default_rng(0)
    features = random.gamma(0.5, size=(7, 7, 40)).astype(np.float32)
    examples = random.gamma(0.5, size=(3, 40)).astype(np.float32)
    weights = np.array([0.5, 0.3, 0.2])
    embedding = features.mean(axis=(0, 1), dtype=np.float64)
    ours = heat_map(features, similarity_gradient(embedding, examples, weights))
    raw, values = page_heat_map(features, examples, weights)
    np.testing.assert_allclose(ours.raw, raw, atol=1e-7)
    np.testing.assert_allclose(ours.values, values, atol=1e-5)
    assert values.max() == 1


@pytest.mark.parametrize("kind", ["examples", "class"])
def test_gradients__are_those_of_small_steps(kind):
    random = np.random.default_rng(1)
    embedding, others, weights = random.random(9), random.random((4, 9)), random.random(4)

    def score(e):
        unit = e / np.linalg.norm(e)
        if kind == "class":
            return unit @ others[0]
        return weights @ (others / np.linalg.norm(others, axis=1, keepdims=True) @ unit)

    gradient = (
        class_gradient(embedding, others[0]) if kind == "class" else similarity_gradient(embedding, others, weights)
    )
    steps = 1e-6 * np.eye(9)
    numeric = [(score(embedding + step) - score(embedding - step)) / 2e-6 for step in steps]
    np.testing.assert_allclose(gradient, numeric, atol=1e-7)


def test_segment__is_where_the_map_is_bright_in_pixels_of_the_photo():
    values = np.zeros((7, 7))
    values[1:3, 4:6] = 1
    values[6, 0] = 0.9  # another, smaller spot
    found = segment(values, (280, 140))
    assert found.mask.shape == (140, 140)
    expected = Box(70 + 80, 20, 70 + 120, 60)
    assert np.abs(np.array(found.box) - expected).max() <= 12
    assert segment(np.zeros((7, 7)), (280, 140)).box is None


def test_otsu__parts_two_groups():
    random = np.random.default_rng(0)
    values = np.concatenate([random.normal(0.2, 0.05, 500), random.normal(0.8, 0.05, 100)]).clip(0, 1)
    assert 0.35 < otsu(values) < 0.65


def test_paint__keeps_the_photo_where_it_should():
    photo = Image.fromarray(np.full((100, 200, 3), 200, np.uint8))
    values = np.zeros((4, 4))
    values[0, 0] = 1
    heat = np.asarray(paint_heat(photo, values)).astype(int)
    assert np.ptp(heat[50:, 60:]) == 0
    assert heat[5, 55].tolist() != heat[90, 140].tolist()
    thing = np.asarray(paint_segment(photo, segment(values, photo.size))).astype(int)
    assert thing[10, 60].tolist() == [200, 200, 200]
    assert thing[90, 10].tolist() == [70, 70, 70]
    assert enlarge(values, 8).shape == (8, 8)
