import json
from dataclasses import replace

import pytest

from convert import __version__
from convert import manifest as manifests
from convert.backbones import BACKBONES
from convert.centres import centre_of
from convert.embedder import _SCALINGS, Choice
from convert.errors import ConvertError
from server.contract.constants import UNKNOWN_PRIOR
from server.knn.centre import Centre
from server.knn.certainty import UnknownLimit

CHOICE = Choice.of("mobilenet", 0.25, 224, "float16")
SHAPES = {"embedding": [256], "features": [7, 7, 256]}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "model.json").write_text("{}")
    (tmp_path / "group1-shard1of1.bin").write_bytes(b"1234")
    manifest = manifests.describe(
        CHOICE,
        SHAPES,
        tmp_path,
        weights_sha256="ab" * 32,
        converter={"tensorflow": "2.19.0"},
        requested="mobilenet",
        stands_in_for=None,
    )
    manifests.write(manifest, tmp_path)
    return tmp_path


def test_describe__tells_all_that_the_page_needs(folder):
    manifest = manifests.read(folder)
    assert manifest["id"] == "mobilenet-0.25-224-float16"
    assert manifest["input"] == {"name": "pixels", "size": 224, "channels": 3, "range": [0, 255]}
    assert manifest["dimension"] == 256
    assert manifest["outputs"] == {
        "embedding": {"name": "embedding", "shape": [256]},
        "features": {"name": "features", "shape": [7, 7, 256]},
    }
    assert manifest["weights"]["licence"] == "Apache-2.0"
    assert manifest["weights"]["file"] == "mobilenet_2_5_224_tf_no_top.h5"
    assert [file["name"] for file in manifest["files"]] == ["group1-shard1of1.bin", "model.json"]
    assert manifest["createdBy"] == f"show-and-tell {__version__}"
    assert manifests.choice_of(manifest) == CHOICE
    assert manifests.check_files(manifest, folder) == []


def test_version__is_the_projects(pytestconfig):
    assert f'version = "{__version__}"' in (pytestconfig.rootpath / "pyproject.toml").read_text()


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda folder: (folder / "model.json").unlink(), "model.json is missing"),
        (lambda folder: (folder / "group1-shard1of1.bin").write_bytes(b"123"), "has 3 bytes, expected 4"),
        (lambda folder: (folder / "group1-shard1of1.bin").write_bytes(b"1235"), "its sha256 differs"),
    ],
)
def test_check_files__finds_a_changed_file(folder, change, problem):
    change(folder)
    (found,) = manifests.check_files(manifests.read(folder), folder)
    assert problem in found


def test_check_files__stays_inside_the_folder(folder):
    manifest = manifests.read(folder)
    manifest["files"][0]["name"] = "../../../../etc/passwd"
    assert manifests.check_files(manifest, folder) == ["../../../../etc/passwd is missing"]


@pytest.mark.parametrize("content", [None, "", "junk", "[]", json.dumps({"format": 99})])
def test_read__says_how_to_get_a_manifest(tmp_path, content):
    if content is not None:
        (tmp_path / "manifest.json").write_text(content)
    with pytest.raises(ConvertError) as caught:
        manifests.read(tmp_path)
    assert str(tmp_path) in caught.value.message
    assert "python -m convert" in caught.value.hint


@pytest.mark.parametrize(
    ("choice", "name"),
    [
        (Choice.of("mobilenet", None, None, "float16"), "mobilenet-1.0-224-float16"),
        (Choice.of("mobilenet_v2", 0.35, 96, "uint8"), "mobilenet_v2-0.35-96-uint8"),
        (Choice.of("xception", None, None, "none"), "xception-299-none"),
        (Choice.of("vgg16", None, None, "none", trained=False), "vgg16-224-none-untrained"),
    ],
)
def test_id__tells_models_apart(choice, name):
    assert choice.id == name


@pytest.mark.parametrize(
    ("scaling", "black", "middle", "white"),
    [("unit", -1, (127.5, 0), 1), ("lite", -127 / 128, (127, 0), 1), ("caffe", -103.939, (103.939, 0), 151.061)],
)
def test_scalings__are_those_of_the_networks_papers(scaling, black, middle, white):
    scale, (*_, offset) = _SCALINGS[scaling]
    assert offset == pytest.approx(black)
    assert middle[0] * scale + offset == pytest.approx(middle[1], abs=1e-9)
    assert 255 * scale + offset == pytest.approx(white)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("mobilenet", 0.3, None), "no weights of MobileNet with --alpha 0.3"),
        (("vgg16", 0.5, None), "--alpha 0.5 means nothing"),
        (("mobilenet", 1.0, 225), "--size 225"),
    ],
)
def test_choice__refuses_what_has_no_weights(options, message):
    with pytest.raises(ConvertError, match=message):
        Choice.of(*options, "float16")


def test_describe__names_the_prior_and_what_it_was_measured_with(folder):
    manifest = manifests.read(folder)
    centre = centre_of("mobilenet", 0.25)
    assert manifest["unknown"] == {"distance": 0.251, "measuredOn": CHOICE.id, "centre": centre}
    given = Centre.from_dict({**centre, "ratio": centre["distance"] / 0.251})
    assert manifests.first_limit(manifest) == UnknownLimit(0.251, centre=given)


def test_describe__names_the_centre_of_trained_weights_alone(folder):
    for trained, dimension in ((True, 1280), (False, 1280)):
        manifest = manifests.describe(
            replace(Choice.of("efficientnet_lite0", None, 224, "float16"), trained=trained),
            {"embedding": [dimension], "features": [7, 7, dimension]},
            folder,
            weights_sha256="ab" * 32,
            converter={},
            requested="auto",
            stands_in_for=None,
        )
        centre = manifests.first_limit(manifest).centre
        assert (centre is not None) == trained
    manifest = {**manifest, "unknown": {**manifest["unknown"], "centre": centre_of("efficientnet_lite0", None)}}
    assert manifests.first_limit(manifest).centre is not None
    assert manifests.first_limit({**manifest, "dimension": 256}).centre is None


def test_first_limit__of_a_manifest_without_one_is_the_contracts(folder):
    manifest = manifests.read(folder)
    del manifest["unknown"]
    manifests.write(manifest, folder)
    assert manifests.first_limit(manifests.read(folder)) == UnknownLimit(UNKNOWN_PRIOR)


@pytest.mark.parametrize(
    "entry", [None, 0.5, {}, *({"distance": distance} for distance in (None, "0.5", True, 0, 2, -1))]
)
def test_read__refuses_a_prior_that_is_no_distance(folder, entry):
    manifest = manifests.read(folder)
    manifest["unknown"] = entry
    manifests.write(manifest, folder)
    with pytest.raises(ConvertError, match="expected a `distance` between 0 and 2"):
        manifests.read(folder)


def test_backbones__have_priors_of_models_that_could_be_converted():
    for row in BACKBONES.values():
        name, *width, size, quantize = row.prior.measured_on.split("-")
        choice = Choice.of(name, float(width[0]) if width else None, int(size), quantize)
        assert choice.id == row.prior.measured_on
        assert 0 < row.prior.distance < 2
        # What was measured with a model is the same wherever it stands in.
        assert row.prior == choice.row.prior
    assert BACKBONES["efficientnet_lite0"].prior.distance == UNKNOWN_PRIOR
