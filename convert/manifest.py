"""A model folder's `manifest.json`: what the model is, and the files it is made of.

The page, the server and the tests read it; only a conversion writes it. It has no times in it, so the same conversion
gives the same file again. See `describe` for its keys.
"""

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from convert import __version__
from convert.centres import centre_of
from convert.errors import ConvertError
from server.contract.constants import UNKNOWN_PRIOR
from server.knn.certainty import UnknownLimit

if TYPE_CHECKING:
    from convert.embedder import Choice

Manifest = dict[str, Any]

NAME = "manifest.json"
# Raised when the recipe changes, so that models made by an older one are converted again.
FORMAT = 5
# Format 1 had other file names and coarser compression, format 2 no sample, format 3 no golden pictures, format 4 no
# centre. Their embeddings are the same, so copies of them stay in use.
_READABLE_FORMATS = (1, 2, 3, 4, 5)
# No cosine distance is larger.
_LARGEST_DISTANCE = 2


def describe(
    choice: "Choice",
    shapes: dict[str, list[int]],
    folder: Path,
    *,
    weights_sha256: str | None,
    sample: dict[str, Any] | None = None,
    converter: dict[str, str],
    requested: str,
    stands_in_for: str | None,
) -> Manifest:
    """Makes the manifest of a freshly exported model.

    Args:
        choice: What was converted.
        shapes: The outputs' shapes without the batch: `embedding` (d,), `features` (h, w, d).
        folder: The folder of the exported files.
        weights_sha256: Of the file of weights, or None if untrained.
        sample: See below.
        converter: Library to version.
        requested: The `--backbone` that was asked for, `auto` included.
        stands_in_for: The backbone that `auto` would rather have had, or None.

    Returns:
        - `format`: this layout's version; `createdBy`: this program's.
        - `id`: names the model; embeddings of another id can't be compared with this one's.
        - `title`, `backbone`, `alpha` (null where there is one width), `quantization`: for people.
        - `model`: the file that TF.js loads, `model-<hash of its content>.json`.
        - `input`: `name`, `size` in pixels, `channels` (3: red, green, blue), `range` of a channel.
        - `dimension`: of the embedding, d.
        - `outputs`: `embedding` and `features`, each with `name`, what to call it in `model.execute`, and `shape`.
        - `unknown`: the prior of "I don't know". `distance` is the cosine distance beyond which a picture counts as
          unknown before there is evidence; `measuredOn` is the id of the model that it was measured with, by
          `python -m bench.prior`: this one or its nearest relative. `centre` is that of the backbone, and null where
          nobody measured it; missing before format 5. `step` and `values` are what "Centre" in `contract/README.md`
          says, `distance` is the centred distance that says as much as the other one.
        - `weights`: `file`, `source`, `licence`, `sha256`, `trained`.
        - `files`: `name`, `size` in bytes and `sha256` of every file of the model, by name.
        - `sample`: the example to try the page with; null where there is none, and missing before format 3. `project`,
          a `.showandtell` file; `picture` to ask about; `files`, as above; `photos` that they are made of: `file`,
          `title`, `author`, `licence`, `source`.
        - `golden`: what a backend is checked by; null where there is nothing, and missing before format 4. `name`,
          `size` and `sha256` of a file: so many `pictures` of `side` x `side` pixels (uint8, RGB, row by row), then as
          many embeddings (float32, little-endian). The model sees each pixel as a block, see
          `extras.golden.golden_pictures`. Null here: the finished files make it (`extras.golden.write_golden`).
        - `converter`: versions. `requested`: the `--backbone` given. `standsInFor`: see above.
    """
    file = choice.row.weights(choice.alpha, choice.size)
    weights: dict[str, Any] = {"file": None, "source": None, "licence": None, "sha256": None, "trained": False}
    if choice.trained:
        weights = {
            "file": Path(file.name).name,
            "source": file.source,
            "licence": file.licence,
            "sha256": weights_sha256,
            "trained": True,
        }
    return {
        "format": FORMAT,
        "id": choice.id,
        "title": choice.title,
        "backbone": choice.backbone,
        "alpha": choice.alpha,
        "quantization": choice.quantize,
        "model": next(folder.glob("model*.json")).name,
        "input": {"name": "pixels", "size": choice.size, "channels": 3, "range": [0, 255]},
        "dimension": shapes["embedding"][0],
        "outputs": {name: {"name": name, "shape": shapes[name]} for name in ("embedding", "features")},
        "unknown": {
            "distance": choice.row.prior.distance,
            "measuredOn": choice.row.prior.measured_on,
            "centre": centre_of(choice.backbone, choice.alpha) if choice.trained else None,
        },
        "weights": weights,
        "files": [_entry(path) for path in sorted(folder.iterdir()) if path.name not in (NAME, *_sample_names(sample))],
        "sample": sample,
        "golden": None,
        "converter": converter,
        "createdBy": f"show-and-tell {__version__}",
        "requested": requested,
        "standsInFor": stands_in_for,
    }


def write(manifest: Manifest, folder: Path) -> None:
    """Writes a manifest into its folder."""
    (folder / NAME).write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def read(folder: Path) -> Manifest:
    """Reads a folder's manifest.

    Raises:
        ConvertError: There is none, or it is not one that this version understands.
    """
    again = "Convert the model: python -m convert"
    try:
        manifest = json.loads((folder / NAME).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ConvertError(f"There is no model in {folder}: it has no {NAME}.", again) from error
    except (OSError, ValueError) as error:
        raise ConvertError(f"{folder / NAME} can't be read: {error}.", again) from error
    if not isinstance(manifest, dict) or manifest.get("format") not in _READABLE_FORMATS:
        raise ConvertError(f"{folder / NAME} was written by another version of this program.", again)
    if not _has_valid_prior(manifest):
        raise ConvertError(
            f"{folder / NAME} has {manifest['unknown']!r} as `unknown`; expected a `distance` between 0 and 2.", again
        )
    return manifest


def first_limit(manifest: Manifest) -> UnknownLimit:
    """The limit of "I don't know" before there is evidence.

    A model that was converted before manifests had the entry `unknown` has the contract's UNKNOWN_PRIOR.
    """
    return UnknownLimit.of_model(manifest.get("unknown"), manifest.get("dimension", 0))


def check_files(manifest: Manifest, folder: Path) -> list[str]:
    """Compares a folder with its manifest.

    Returns:
        What is wrong, a sentence each: a missing file, another size, another content. Empty if nothing is.
    """
    problems = []
    for entry in all_files(manifest):
        path = folder / Path(entry["name"]).name  # never outside the folder, whatever the manifest says
        if not path.is_file():
            problems.append(f"{entry['name']} is missing")
        elif path.stat().st_size != entry["size"]:
            problems.append(f"{entry['name']} has {path.stat().st_size} bytes, expected {entry['size']}")
        elif _entry(path)["sha256"] != entry["sha256"]:
            problems.append(f"{entry['name']} is not the file that was converted: its sha256 differs")
    return problems


def all_files(manifest: Manifest) -> list[dict[str, Any]]:
    """`name`, `size` and `sha256` of every file that a manifest names: the model's, the sample's, the golden one."""
    golden = manifest.get("golden")
    return [*manifest["files"], *(manifest.get("sample") or {}).get("files", []), *([golden] if golden else [])]


def kept(folder: Path, name: str, suffix: str, content: bytes) -> dict[str, Any]:
    """Writes a file, named by its content as the model's own are; returns its `name`, `size` and `sha256`."""
    path = folder / f"{name}-{hashlib.sha256(content).hexdigest()[:16]}{suffix}"
    path.write_bytes(content)
    return _entry(path)


def choice_of(manifest: Manifest) -> "Choice":
    """The choice that a manifest's model was converted from."""
    # What it comes with, downloads among it, is not needed where a model is only used.
    from convert.embedder import Choice

    return Choice(
        manifest["backbone"],
        manifest["alpha"],
        manifest["input"]["size"],
        manifest["quantization"],
        manifest["weights"]["trained"],
    )


def _has_valid_prior(manifest: Manifest) -> bool:
    entry = manifest.get("unknown", {"distance": UNKNOWN_PRIOR})
    distance = entry.get("distance") if isinstance(entry, dict) else None
    return isinstance(distance, (int, float)) and not isinstance(distance, bool) and 0 < distance < _LARGEST_DISTANCE


def _sample_names(sample: dict[str, Any] | None) -> set[str]:
    return {entry["name"] for entry in sample["files"]} if sample else set()


def _entry(path: Path) -> dict[str, Any]:
    content = path.read_bytes()
    return {"name": path.name, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
