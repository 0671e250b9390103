import pytest
from click.testing import CliRunner

from convert import manifest as manifests
from convert.backbones import BACKBONES
from convert.cli import main
from convert.embedder import Choice
from tests.convert.conftest import MOBILENET_FILE, run_convert


def _invoke(*arguments):
    return CliRunner().invoke(main, list(map(str, arguments)))


def test_help__tells_every_option_and_its_default():
    text = " ".join(_invoke("--help").output.split())
    for part in ("--backbone", "--alpha", "--size", "--quantize", "--out", "[default: auto]", "[default: float16]"):
        assert part in text
    assert "web/public/model" in text
    assert "verify" in text


def test_backbones__lists_every_row():
    text = _invoke("backbones").output
    for row in BACKBONES.values():
        assert row.name in text
        assert row.title in text


def test_convert__without_a_network_says_what_to_do(here):
    done = _invoke("--backbone", "mobilenet", "--alpha", 0.25, "--out", here / "model")
    assert done.exit_code == 1
    assert f"The weights {MOBILENET_FILE} could not be downloaded (Connection refused)" in done.output
    assert str(here / "keras" / "models" / MOBILENET_FILE) in done.output
    assert "--backbone efficientnet_lite0" in done.output
    assert "Traceback" not in done.output
    assert not (here / "model").exists()


@pytest.fixture
def made(here):
    """A folder that holds, intact, what `--backbone mobilenet --alpha 0.25` makes."""
    out = here / "model"
    out.mkdir()
    (out / "model.json").write_text("{}")
    manifest = manifests.describe(
        Choice.of("mobilenet", 0.25, 224, "float16"),
        {"embedding": [256], "features": [7, 7, 256]},
        out,
        weights_sha256="ab" * 32,
        converter={},
        requested="mobilenet",
        stands_in_for=None,
    )
    manifests.write(manifest, out)
    return out


def test_convert__leaves_what_is_up_to_date(made):
    done = _invoke("--backbone", "mobilenet", "--alpha", 0.25, "--out", made)
    assert done.exit_code == 0
    assert done.output == f"Up to date: MobileNet 0.25, 224 px, in {made}\n"


def test_convert__makes_a_model_of_an_older_format_again(made):
    manifest = manifests.read(made)
    manifests.write({**manifest, "format": 1}, made)
    assert manifests.read(made)["format"] == 1
    done = _invoke("--backbone", "mobilenet", "--alpha", 0.25, "--out", made)
    assert "Up to date" not in done.output
    assert "could not be downloaded" in done.output


@pytest.mark.parametrize(
    "asked",
    [
        ["--backbone", "mobilenet_v2", "--alpha", 0.35],
        ["--backbone", "mobilenet"],
        ["--backbone", "mobilenet", "--alpha", 0.25, "--size", 192],
        ["--backbone", "mobilenet", "--alpha", 0.25, "--quantize", "none"],
        ["--backbone", "mobilenet", "--alpha", 0.25, "--force"],
    ],
    ids=str,
)
def test_convert__asked_for_another_model_converts_anew(made, asked):
    # it then wants the weights, which without a network is as far as it comes
    done = _invoke(*asked, "--out", made)
    assert "Up to date" not in done.output
    assert done.output.startswith("1/4 Finding the weights of ")


def test_convert__made_by_an_older_recipe_converts_anew(made, monkeypatch):
    monkeypatch.setattr(manifests, "FORMAT", manifests.FORMAT + 1)
    done = _invoke("--backbone", "mobilenet", "--alpha", 0.25, "--out", made)
    assert done.output.startswith("1/4 Finding the weights of MobileNet 0.25")


def test_convert__with_a_changed_file_converts_anew(made):
    (made / "model.json").write_text("{ }")
    done = _invoke("--backbone", "mobilenet", "--alpha", 0.25, "--out", made)
    assert done.output.startswith("1/4 Finding the weights of MobileNet 0.25")


def test_convert__names_a_damaged_file_and_says_to_delete_it(here):
    path = here / "keras" / "models" / MOBILENET_FILE
    path.parent.mkdir(parents=True)
    path.write_bytes(b"\x89HDF\r\n\x1a\n half a download")
    done = _invoke("--backbone", "mobilenet", "--alpha", 0.25, "--out", here / "model")
    assert done.exit_code == 1
    assert f"{path} is damaged: its sha256 is" in done.output
    assert "Delete it" in done.output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--backbone", "mobilenet", "--alpha", "0.3"], "Choose one of 0.25, 0.5, 0.75, 1."),
        (["--backbone", "vgg16", "--alpha", "0.5"], "comes in one width"),
        (["--size", "225"], "Choose one of 96, 128, 160, 192, 224, 256."),
        (["verify", "--model", "nowhere"], "There is no model in nowhere"),
    ],
)
def test_main__explains_what_it_refuses(here, arguments, message):
    done = _invoke(*arguments)
    assert done.exit_code == 1
    assert message in done.output


@pytest.mark.parametrize("arguments", [["--backbone", "alexnet"], ["--quantize", "int4"], ["--alpha", "wide"], ["fly"]])
def test_main__refuses_what_it_does_not_know(arguments):
    assert _invoke(*arguments).exit_code == 2


def test_commands__that_convert_nothing_do_not_load_tensorflow():
    # by the module table of a fresh interpreter: other tests may have loaded it into this one
    done = run_convert("backbones", keras_home="/nowhere")
    assert done.returncode == 0
    assert done.stderr == ""
