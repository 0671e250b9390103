"""The browser's heat map against TensorFlow's gradients, on the real model with real photos."""

import base64
import os
import subprocess
import sys
import textwrap

import numpy as np
import pytest

from tests.convert.conftest import NO_NETWORK, REPOSITORY
from tests.support.node import Node

pytestmark = pytest.mark.convert

SIZE_PX = 224
CELLS = 7
OBJECT_PX = 96  # three cells of 32 pixels
# Where nothing else is in the picture, the cell beside an object sees its edge, and may be hotter than the object: the
# cells' fields of view are far wider than the cells. These three of 64 are known to be off, by one cell.
BESIDE = {("winner", "cat", "grey", corner) for corner in ("top left", "top right", "bottom left")}
CORNERS = {"top left": (0, 0), "top right": (0, 1), "bottom left": (1, 0), "bottom right": (1, 1)}

# In a process of its own, for it loads TensorFlow: what the model makes of pictures, and what GradientTape says of the
# features that the model itself pooled.
EMBED = """
    import sys
    import numpy as np
    import tensorflow as tf
    from convert.embedder import Choice, build

    choice = Choice.of("efficientnet_lite0", None, None, "none")
    model = build(choice, choice.find_weights(lambda said: None))
    given = np.load(sys.argv[1])
    made = {name: value.numpy() for name, value in model(tf.constant(given["pictures"])).items()}
    maps = []
    for picture, weights in zip(given["asked"], given["weights"]):
        with tf.GradientTape() as tape:
            outputs = model(tf.constant(given["pictures"][picture : picture + 1]))
            e = tf.nn.l2_normalize(outputs["embedding"][0], axis=0)
            x = tf.nn.l2_normalize(tf.constant(made["embedding"]), axis=1)
            s = tf.reduce_sum(tf.constant(weights) * tf.linalg.matvec(x, e))
        gradient = tape.gradient(s, outputs["features"])[0]
        # Grad-CAM: alpha is the gradient's mean over the cells.
        alpha = tf.reduce_mean(gradient, axis=(0, 1))
        maps.append(tf.nn.relu(tf.reduce_sum(alpha * outputs["features"][0], axis=-1)).numpy())
    np.savez(sys.argv[2], maps=np.array(maps), **made)
"""


def photos():
    """Photos that scikit-image ships, their middle squares as the model takes them: float32 (n, 224, 224, 3)."""
    from PIL import Image
    from skimage import data

    def square(picture):
        side = min(picture.shape[:2])
        top, left = ((length - side) // 2 for length in picture.shape[:2])
        return Image.fromarray(picture[top : top + side, left : left + side, :3])

    return {
        name: square(np.asarray(picture))
        for name, picture in {
            "cat": data.chelsea(),
            "coffee": data.coffee(),
            "rocket": data.rocket(),
            "astronaut": data.astronaut(),
        }.items()
    }


def varied(picture):
    """A few views of a thing, as a class of examples has them."""
    side = picture.width
    for share in (1.0, 0.85, 0.7):
        cut = int((1 - share) / 2 * side)
        yield picture.crop((cut, cut, side - cut, side - cut)).resize((SIZE_PX, SIZE_PX))


def in_corner(picture, corner, background):
    """The picture, small, in a corner of a background."""
    made = background.copy()
    down, right = CORNERS[corner]
    far = SIZE_PX - OBJECT_PX
    made.paste(picture.resize((OBJECT_PX, OBJECT_PX)), (right * far, down * far))
    return made


def backgrounds():
    from PIL import Image

    noise = np.random.default_rng(1).integers(0, 256, (SIZE_PX, SIZE_PX, 3), dtype=np.uint8)
    return {"grey": Image.new("RGB", (SIZE_PX, SIZE_PX), (128, 128, 128)), "noise": Image.fromarray(noise)}


class HeatMapTwins:
    """The pictures of all tests, embedded at once; loading the model takes longest."""

    def __init__(self, folder):
        self.names = []
        pictures = []
        things = photos()
        for name, picture in things.items():
            for view, made in enumerate(varied(picture)):
                self.names.append((name, view))
                pictures.append(made)
        for name in things:
            for behind, background in backgrounds().items():
                for corner in CORNERS:
                    self.names.append((name, behind, corner))
                    pictures.append(in_corner(things[name], corner, background))
        self.asked = [
            self.names.index(picture) for picture in (("cat", 1), ("astronaut", 2), ("coffee", "grey", "top left"))
        ]
        self.weights = np.zeros((len(self.asked), len(self.names)), np.float32)
        # One neighbour; several that vote by distance; and a winner against a runner-up.
        self.weights[0, self.names.index(("cat", 0))] = 1
        for view, weight in ((0, 0.7), (1, 0.3)):
            self.weights[1, self.names.index(("astronaut", view))] = weight
        for view, weight in ((0, 0.5), (2, 0.5)):
            self.weights[2, self.names.index(("coffee", view))] = weight
            self.weights[2, self.names.index(("rocket", view))] = -weight
        stacked = np.stack([np.asarray(picture, np.float32) for picture in pictures])
        np.savez(folder / "given.npz", pictures=stacked, asked=self.asked, weights=self.weights)
        done = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(EMBED), str(folder / "given.npz"), str(folder / "made.npz")],
            cwd=REPOSITORY,
            env={**os.environ, **NO_NETWORK, "TF_CPP_MIN_LOG_LEVEL": "3"},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        made = np.load(folder / "made.npz")
        self.maps, self.features, self.embeddings = made["maps"], made["features"], made["embedding"]
        self.node = Node("heat-twin.mjs")

    def heat(self, picture, weights):
        """The browser's raw map, (7, 7), of a picture and the examples that weigh something."""

        def text(numbers):
            return base64.b64encode(numbers.astype("<f4").tobytes()).decode()

        examples = [
            {"embedding": text(self.embeddings[i]), "weight": float(weights[i])} for i in np.flatnonzero(weights)
        ]
        question = {"features": text(self.features[picture]), "cells": CELLS * CELLS, "examples": examples}
        return np.array(self.node.ask(question)).reshape(CELLS, CELLS)

    def close(self):
        self.node.close()


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    made = HeatMapTwins(tmp_path_factory.mktemp("heat"))
    yield made
    made.close()


@pytest.mark.parametrize("case", [0, 1, 2], ids=["one neighbour", "votes by distance", "contrast"])
def test_heat_map__is_grad_cam_of_the_real_model(bench, case):
    expected = bench.maps[case]
    assert expected.max() > 1e-6, "the case must not be empty"
    assert (expected == 0).any(), "nor all hot: the ReLU is part of it"
    found = bench.heat(bench.asked[case], bench.weights[case])
    np.testing.assert_allclose(found / expected.max(), expected / expected.max(), atol=1e-4)


@pytest.mark.parametrize("corner", CORNERS)
@pytest.mark.parametrize("behind", ["grey", "noise"])
@pytest.mark.parametrize("name", ["cat", "coffee", "rocket", "astronaut"])
@pytest.mark.parametrize("mode", ["winner", "contrast"])
def test_heat_map__its_peak_lies_on_the_object_in_a_corner(bench, name, behind, corner, mode):
    weights = np.zeros(len(bench.names))
    runner_up = "cat" if name == "rocket" else "rocket"
    for view in range(3):
        weights[bench.names.index((name, view))] = 1 / 3
        if mode == "contrast":
            weights[bench.names.index((runner_up, view))] = -1 / 3
    heat = bench.heat(bench.names.index((name, behind, corner)), weights)
    cells = OBJECT_PX * CELLS // SIZE_PX
    down, right = CORNERS[corner]
    # On the object: how many cells beyond it, row and column.
    row, column = np.unravel_index(heat.argmax(), heat.shape)
    beyond = [max(0, CELLS - cells - at if far else at - cells + 1) for at, far in ((row, down), (column, right))]
    expected = [0, 1] if (mode, name, behind, corner) in BESIDE else [0, 0]
    assert beyond == expected, heat.round(5)
