"""The real thing: real weights, TensorFlow, tensorflowjs, Node and TF.js."""

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from convert import manifest as manifests
from convert.backbones import BACKBONES
from tests.convert.conftest import MOBILENET_FILE, NO_NETWORK, REPOSITORY, names_in, run_convert

pytestmark = pytest.mark.convert


def _verify(model, keras_home="/nowhere"):
    done = run_convert("verify", "--json", "--model", model, keras_home=keras_home)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


def _python(code, *arguments):
    """Runs code that loads TensorFlow in a process of its own; returns what it prints."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)],
        cwd=REPOSITORY,
        env={**os.environ, **NO_NETWORK, "TF_CPP_MIN_LOG_LEVEL": "3"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def test_auto__names_the_substitute_and_goes_on(lite0):
    out, done = lite0
    manifest = manifests.read(out)
    assert "mobilenet_1_0_224_tf_no_top.h5 could not be downloaded (Connection refused)" in done.stdout
    assert "Going on with EfficientNet-Lite0" in done.stdout
    assert [line[:3] for line in done.stdout.splitlines() if line[1:2] == "/"] == ["1/4", "2/4", "3/4", "4/4"]
    assert done.stderr == "", "TensorFlow's chatter must stay off the screen"
    assert manifest["id"] == "efficientnet_lite0-224-float16"
    assert manifest["outputs"]["features"]["shape"] == [7, 7, 1280]
    assert manifest["requested"] == "auto"
    assert manifest["standsInFor"] == "mobilenet"
    assert names_in(out.parent) == ["keras", "model"]


def test_auto__is_up_to_date_the_second_time_without_loading_tensorflow(lite0):
    out, _ = lite0
    code = """
        import sys
        from click.testing import CliRunner
        from convert.cli import main
        print(CliRunner().invoke(main, ["--out", sys.argv[1]]).output)
        print("loaded:", [name for name in ("tensorflow", "keras", "tensorflowjs") if name in sys.modules])
    """
    output = _python(code, out)
    assert "Up to date: EfficientNet-Lite0" in output
    assert "--force tries again" in output
    assert "loaded: []" in output


def test_verify__original_and_converted_agree(lite0):
    code, result = _verify(lite0[0])
    assert code == 0, result
    assert result["worstCosine"] >= 0.999
    assert result["neighboursAgree"] == result["photos"] >= 10
    # Photos may change places that are as near to a third as the weights' steps can tell: views of one photo are.
    # Of the photos as their colour profiles mean them, two of fifty do, 0.0010 apart.
    assert result["nearestAgree"] >= result["photos"] - 2
    assert result["nearestGap"] < 0.002
    assert 1 - result["worstCosine"] < 0.001
    assert result["meanDifference"] < 1e-5


def test_efficientnet_lite0__knows_what_is_in_a_photo():
    # the oracle of the whole recipe: with the file's own last layer, it names ImageNet's classes
    code = """
        import json
        import numpy as np
        from convert.embedder import Choice, build
        from convert.export import predict
        from convert.photos import load_photos
        from convert.torch_pickle import read_state_dict

        choice = Choice.of("efficientnet_lite0", None, 224, "none")
        weights = choice.find_weights(print)
        tensors = read_state_dict(weights)
        names, pictures = load_photos(None, 224)
        embeddings = predict(build(choice, weights), pictures)["embedding"]
        scores = embeddings @ tensors["_fc.weight"].T + tensors["_fc.bias"]
        print(json.dumps(dict(zip(names, np.argmax(scores, axis=1).tolist()))))
    """
    seen = json.loads(_python(code))
    assert seen["chelsea.png view 1"] in range(281, 286), "a cat"
    assert seen["coffee.png view 1"] in (504, 967), "a coffee mug or an espresso"
    assert seen["rocket.jpg view 1"] in (657, 744), "a missile or a projectile"


def test_verify__refuses_a_changed_file(lite0, tmp_path):
    out = tmp_path / "model"
    out.mkdir()
    for file in lite0[0].iterdir():
        (out / file.name).write_bytes(file.read_bytes())
    (first,) = out.glob("group1-shard1of2-*.bin")
    with first.open("r+b") as shard:
        shard.write(b"\xff" * 64)
    code, result = _verify(out)
    assert code == 1
    assert f"{first.name} is not the file that was converted" in result["problems"][0]


def test_mobilenet__converts_its_real_weights(tmp_path):
    home = Path(os.environ.get("KERAS_HOME", Path.home() / ".keras"))
    out = tmp_path / "model"
    if not (home / "models" / MOBILENET_FILE).exists():
        source = BACKBONES["mobilenet"].weights(0.25, 224).source
        pytest.skip(
            f"MOBILENET'S REAL WEIGHTS ARE NOT TESTED: {MOBILENET_FILE} is not in {home / 'models'}. "
            f"Fetch {source} and put it there, or set KERAS_HOME to a folder whose models/ holds it."
        )
    done = run_convert("--backbone", "mobilenet", "--alpha", "0.25", "--out", out, keras_home=home)
    assert done.returncode == 0, done.stderr
    manifest = manifests.read(out)
    assert (manifest["id"], manifest["dimension"]) == ("mobilenet-0.25-224-float16", 256)
    code, result = _verify(out, home)
    assert code == 0, result
    assert result["worstCosine"] >= 0.999


def test_convert__says_that_a_weights_file_is_no_weights_file(tmp_path):
    # no checksum of this one is known, so it is Keras that finds out
    path = tmp_path / "keras" / "models" / "mobilenet_5_0_224_tf_no_top.h5"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"\x89HDF\r\n\x1a\n half a download")
    done = run_convert(
        "--backbone", "mobilenet", "--alpha", "0.5", "--out", tmp_path / "m", keras_home=tmp_path / "keras"
    )
    assert done.returncode == 1
    assert f"The weights file {path} is damaged" in done.stderr
    assert "Delete it" in done.stderr
    assert "Traceback" not in done.stderr
    assert names_in(tmp_path) == ["keras"]


def test_convert__that_runs_out_of_disk_keeps_the_old_model(tmp_path):
    out = tmp_path / "model"
    out.mkdir()
    (out / "model.json").write_text("old")
    # a real failure to write, in Python and in C++ alike: no file may grow beyond 1 MB
    code = """
        import resource, signal, sys
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))
        sys.argv[1:] = ["--backbone", "efficientnet_lite0", "--out", sys.argv[1]]
        from convert.__main__ import main
        try:
            main()
        except SystemExit as end:
            print("code", end.code)
        """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), str(out)], cwd=REPOSITORY, capture_output=True, text=True
    )
    assert "The disk is full" in done.stderr, done.stderr[-3000:]
    assert "Traceback" not in done.stderr
    assert "code 1" in done.stdout
    assert (out / "model.json").read_text() == "old"
    assert names_in(tmp_path) == ["model"]


@pytest.fixture(scope="module")
def untrained():
    """What Keras says of every backbone with random weights: a row for each."""
    code = """
        import json
        import keras
        import numpy as np
        from convert.backbones import BACKBONES
        from convert.embedder import Choice, build
        from convert.export import predict
        from convert.fold import fold_batch_norms

        rng = np.random.default_rng(0)
        pictures = rng.integers(0, 256, (1, 96, 96, 3), np.uint8)
        modules = {"mobilenet": "MobileNet", "mobilenet_v2": "MobileNetV2", "vgg16": "VGG16", "resnet50": "ResNet50",
                   "inception_v3": "InceptionV3", "xception": "Xception"}
        for name, backbone in BACKBONES.items():
            choice = Choice.of(name, None, 96, "none", trained=False)
            found = predict(build(choice, None), pictures)
            features, embedding = found["features"], found["embedding"]
            scale = float(np.abs(features).max())
            row = {
                "name": name,
                "dimension": embedding.shape[-1],
                "spread": float(features.std()),
                "meanDifference": float(np.abs(features.mean((1, 2)) - embedding).max()) / scale,
            }
            if name.startswith(("mobilenet", "efficientnet")):  # the others have no depthwise convolutions
                network = backbone.network(choice.alpha, 96, None)
                for layer in network.layers:
                    if isinstance(layer, keras.layers.BatchNormalization):
                        # untrained ones do nothing, which any folding would get right
                        layer.set_weights([rng.uniform(0.5, 1.5, weight.shape) for weight in layer.get_weights()])
                image = pictures.astype("float32") / 255
                folded = fold_batch_norms(network)
                before, after = (np.asarray(each(image, training=False)) for each in (network, folded))
                row["layersSaved"] = len(network.layers) - len(folded.layers)
                row["foldDifference"] = float(np.abs(before - after).max() / np.abs(before).max())
            if name in modules:
                # the oracle: Keras' own scaling and network, with the same random weights
                keras.backend.clear_session()
                keras.utils.set_random_seed(0)
                make = getattr(keras.applications, modules[name])
                network = make(include_top=False, weights=None, input_shape=(96, 96, 3))
                prepare = getattr(keras.applications, name).preprocess_input
                theirs = np.asarray(network(prepare(pictures.astype("float32")), training=False))
                row["oracleDifference"] = float(np.abs(features - theirs).max()) / scale
            print(json.dumps(row))
    """
    return {row["name"]: row for row in map(json.loads, _python(code).splitlines())}


def test_backbones__all_build(untrained):
    assert list(untrained) == list(BACKBONES)
    assert untrained["mobilenet"]["dimension"] == 1024
    assert untrained["efficientnet_lite0"]["dimension"] == 1280
    assert all(row["spread"] > 0 for row in untrained.values())


def test_backbones__embedding_is_the_maps_mean(untrained):
    assert {name: row for name, row in untrained.items() if not row["meanDifference"] < 1e-6} == {}


def test_backbones__folding_changes_nothing(untrained):
    folded = {name: row for name, row in untrained.items() if "foldDifference" in row}
    assert len(folded) == 5
    assert {name: row for name, row in folded.items() if not row["foldDifference"] < 1e-4} == {}
    assert all(row["layersSaved"] > 0 for row in folded.values())


def test_backbones__scale_pixels_as_keras_does(untrained):
    compared = {name: row["oracleDifference"] for name, row in untrained.items() if "oracleDifference" in row}
    assert len(compared) == 6
    assert {name: difference for name, difference in compared.items() if not difference < 1e-4} == {}


def test_backbones__run_in_tfjs(tmp_path):
    # one for each thing that has gone wrong between Keras and TF.js: shortcuts, hard sigmoids, reversed channels
    code = """
        import json, sys
        from pathlib import Path
        from convert.conversion import convert
        from convert.verify import verify_model

        def silent(_line):
            pass

        for name in ("mobilenet_v2", "mobilenet_v3_small", "resnet50"):
            out = Path(sys.argv[1]) / name
            convert(name, None, 96, "float16", out, trained=False, say=silent)
            print(json.dumps(verify_model(out, Path(sys.argv[1]), say=silent)))
    """
    rng = np.random.default_rng(0)
    for i in range(4):
        blocks = rng.integers(0, 256, (4, 4, 3), np.uint8)
        Image.fromarray(blocks).resize((96, 96)).save(tmp_path / f"{i}.png")
    results = [json.loads(line) for line in _python(code, tmp_path).splitlines()]
    assert len(results) == 3
    for result in results:
        assert result["ok"], result


def test_convert__twice_gives_the_same_bytes(lite0, tmp_path):
    out = tmp_path / "model"
    done = run_convert("--out", out, keras_home=tmp_path / "keras")
    assert done.returncode == 0, done.stderr
    assert names_in(out) == names_in(lite0[0])
    for file in lite0[0].iterdir():
        assert (out / file.name).read_bytes() == file.read_bytes(), file.name
