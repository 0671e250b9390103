"""From options to a model folder: is there anything to do, which weights, and the steps in their order."""

from pathlib import Path
from typing import Any

from convert import manifest as manifests
from convert.embedder import Choice, build
from convert.errors import ConvertError, DownloadError
from convert.export import export, output_shapes, predict, versions
from convert.extras.golden import golden_pictures, write_golden
from convert.extras.sample import write_sample
from convert.folder import replace_folder
from convert.quiet import quiet
from convert.weights import Say, checksum
from server.knn.model import Model

AUTO = "auto"
PREFERRED = "mobilenet"
SUBSTITUTE = "efficientnet_lite0"


def convert(
    backbone: str,
    alpha: float | None,
    size: int | None,
    quantize: str,
    out: Path,
    *,
    trained: bool = True,
    force: bool = False,
    say: Say = print,
) -> manifests.Manifest:
    """Converts a backbone's weights into the folder `out`, unless it holds them already.

    Args:
        backbone: A name in the table, or `auto`: MobileNet, or EfficientNet-Lite0 if its weights can't be downloaded.
        alpha: The width, or None for the default.
        size: Side of the input in pixels, or None for the default.
        quantize: none, float16 or uint8.
        out: The model's folder; replaced as a whole, or not at all.
        trained: False for random weights.
        force: Convert even if `out` is up to date.
        say: Called with a line of progress now and then.

    Returns:
        The manifest of what `out` holds now.

    Raises:
        ConvertError: Something that the person can put right; `out` is unchanged.
    """
    choice = Choice.of(PREFERRED if backbone == AUTO else backbone, alpha, size, quantize, trained)
    substitute = Choice.of(SUBSTITUTE, None, size, quantize, trained) if backbone == AUTO else None
    if not force and (current := _up_to_date(choice, substitute, out)):
        say(f"Up to date: {current['title']}, in {out}{_stand_in_note(current)}")
        return current

    say(f"1/4 Finding the weights of {choice.title} …")
    stands_in_for = None
    try:
        weights = choice.find_weights(say)
    except DownloadError as error:
        if substitute is None:
            raise
        say(f"    {error.message} Going on with {substitute.title}, whose weights came with the packages.")
        stands_in_for, choice = choice.backbone, substitute
        weights = choice.find_weights(say)

    with replace_folder(out) as work:
        say(f"2/4 Building {choice.title} in Keras (TensorFlow takes a while to start) …")
        with quiet():
            model = build(choice, weights, fold=True)
        say(f"3/4 Converting it to TF.js, {choice.quantize if quantize != 'none' else 'unquantised'} …")
        with quiet():
            export(model, work, choice.quantize)
        say("4/4 Making an example to try, and moving all into place …")
        sample = _make_sample(choice, model, work / "model", say) if trained else None
        manifest = manifests.describe(
            choice,
            output_shapes(model),
            work / "model",
            weights_sha256=checksum(weights) if weights else None,
            sample=sample,
            converter=versions(),
            requested=backbone,
            stands_in_for=stands_in_for,
        )
        manifests.write(manifest, work / "model")
        manifest["golden"] = _make_golden(choice, model, work / "model", manifest, say)
        manifests.write(manifest, work / "model")
    size_mb = sum(file["size"] for file in manifest["files"]) / 1e6
    say(f"Done: {manifest['id']}, {manifest['dimension']} numbers an embedding, {size_mb:.1f} MB, in {out}")
    return manifest


def _make_sample(choice: Choice, model: Any, folder: Path, say: Say) -> dict[str, Any] | None:
    """Writes the sample project into the folder; returns the manifest's entry, or None if its photos are missing."""
    dimension = output_shapes(model)["embedding"][0]
    # 8 bits change embeddings: the page makes its own.
    embed = None if choice.quantize == "uint8" else lambda pictures: predict(model, pictures)["embedding"]
    sample = write_sample(folder, Model(choice.id, dimension), title=choice.title, size=choice.size, embed=embed)
    if sample is None:
        say("    Without an example: scikit-image, whose photos it is made of, is not installed.")
    return sample


def _make_golden(
    choice: Choice, model: Any, folder: Path, manifest: manifests.Manifest, say: Say
) -> dict[str, Any] | None:
    """Writes the golden pictures into the folder; returns the manifest's entry, or None if they can't be made here."""
    _, seen = golden_pictures(choice.size)
    try:
        return write_golden(folder, manifest, choice, predict(model, seen)["embedding"])
    except ConvertError as error:
        say(f"    Without golden pictures, so the page can't check what computes the model: {error.message}")
        return None


def _up_to_date(choice: Choice, substitute: Choice | None, out: Path) -> manifests.Manifest | None:
    """The manifest of `out` if it holds, intact, what was asked for."""
    try:
        manifest = manifests.read(out)
    except ConvertError:
        return None
    if manifest["format"] != manifests.FORMAT:
        return None
    wanted = manifest["id"] == choice.id
    # `auto` once fell back: that stands until --force, or a machine without a network would try at every start
    wanted |= substitute is not None and manifest["id"] == substitute.id and manifest["requested"] == AUTO
    return manifest if wanted and not manifests.check_files(manifest, out) else None


def _stand_in_note(manifest: manifests.Manifest) -> str:
    """Reminds that the model is `auto`'s substitute."""
    preferred = manifest["standsInFor"]
    return f" (it stands in for {preferred}, which could not be downloaded; --force tries again)" if preferred else ""
