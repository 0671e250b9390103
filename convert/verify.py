"""Proves that the converted model sees what the original sees.

Photos go through Keras with the original weights and through TF.js, in Node, with the converted files: the very files
and the very library that the page uses.
"""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convert import manifest as manifests
from convert.embedder import build
from convert.export import predict
from convert.photos import load_photos
from convert.quiet import quiet
from convert.tfjs import Outputs, run
from convert.weights import Say

# The least cosine between an original embedding and its converted twin. 8 bits cost more, and a narrow MobileNet, whose
# few channels differ most, more than it can bear: it is meant to fail here (docs/decisions/002-converting.md).
LEAST_COSINE = {"none": 0.9999, "float16": 0.999, "uint8": 0.95}
# The mean of the map and the embedding are the same sum in another order; float32 has 7 digits.
_MEAN_TOLERANCE = 1e-4
_NEIGHBOURS = 3


def verify_model(folder: Path, photos: Path | None, say: Say) -> dict[str, Any]:
    """Compares a converted model with its original on photos.

    Args:
        folder: The converted model.
        photos: A folder of photos, or None for those that packages ship.
        say: Called with a line of progress now and then.

    Returns:
        `ok`; `id`; `photos`, how many; `worstCosine`, and `worstPhoto` where it is; `leastCosine`, the bound;
        `nearestAgree` and `neighboursAgree`, the photos whose nearest one, whose nearest three, are the same for both;
        `nearestGap`, by how much the cosine to the other nearest is smaller at most, in the original;
        `meanDifference`, the largest relative difference of the map's mean and the embedding in TF.js; `problems`,
        sentences.

    Raises:
        ConvertError: There is no model, Node, photo or weights file to work with.
    """
    manifest = manifests.read(folder)
    problems = manifests.check_files(manifest, folder)
    if problems:
        return {"ok": False, "id": manifest["id"], "problems": problems}
    choice = manifests.choice_of(manifest)

    say("1/4 Loading photos …")
    names, pictures = load_photos(photos, choice.size)
    say(f"2/4 Embedding {len(names)} photos with the converted files in TF.js …")
    converted = run(folder, manifest, pictures)
    say("3/4 Finding the original weights …")
    weights = choice.find_weights(say)
    say("4/4 Embedding them with the original in Keras …")
    with quiet():
        original = predict(build(choice, weights), pictures)
    return {"id": manifest["id"], **compare(names, original, converted, LEAST_COSINE[choice.quantize])}


def compare(names: list[str], original: Outputs, converted: Outputs, least_cosine: float) -> dict[str, Any]:
    """Compares two models' outputs for the same n photos; see `verify_model` for the result.

    Args:
        names: The photos' names.
        original: `embedding`, float32 (n, d), and `features`, float32 (n, h, w, d).
        converted: The same of the other model.
        least_cosine: The bound on the embeddings' cosine.
    """
    ours, theirs = _unit(original["embedding"]), _unit(converted["embedding"])
    cosines = (ours * theirs).sum(axis=1)
    worst = int(np.argmin(cosines))
    before, after = _nearest(ours), _nearest(theirs)
    nearest = int((before[:, 0] == after[:, 0]).sum())
    rows = np.arange(len(ours))
    similar = ours @ ours.T
    gap = float((similar[rows, before[:, 0]] - similar[rows, after[:, 0]]).max())
    several = sum(set(a) == set(b) for a, b in zip(before.tolist(), after.tolist(), strict=True))
    means = converted["features"].mean(axis=(1, 2), dtype=np.float64)
    difference = float(np.abs(means - converted["embedding"]).max() / max(np.abs(means).max(), 1e-30))

    problems = []
    if not cosines[worst] >= least_cosine:  # not `<`: NaN must fail too
        problems.append(f"{names[worst]} has cosine {cosines[worst]:.6f}, at least {least_cosine} is expected")
    if not difference <= _MEAN_TOLERANCE:
        problems.append(f"the feature map's mean is not the embedding: they differ by {difference:.1e}")
    return {
        "ok": not problems,
        "photos": len(names),
        "worstCosine": round(float(cosines[worst]), 7),
        "worstPhoto": names[worst],
        "leastCosine": least_cosine,
        "nearestAgree": nearest,
        "neighboursAgree": several,
        "nearestGap": round(gap, 7),
        "meanDifference": difference,
        "problems": problems,
    }


def report(result: dict[str, Any]) -> str:
    """The result of `verify_model` in words."""
    lines = [f"Model               {result['id']}"]
    if "photos" in result:
        n, least = result["photos"], result["leastCosine"]
        lines += [
            f"Photos              {n}",
            f"Worst cosine        {result['worstCosine']:.6f}, at least {least} ({result['worstPhoto']})",
            f"Nearest photo       the same for {result['nearestAgree']} of {n}",
            f"Nearest three       the same for {result['neighboursAgree']} of {n}",
            f"Mean of the map     is the embedding to {result['meanDifference']:.1e}",
        ]
    lines += [f"Problem             {problem}" for problem in result["problems"]]
    lines.append("The converted model sees what the original sees." if result["ok"] else "Don't use this model.")
    return "\n".join(lines)


def _unit(embeddings: NDArray[np.float32]) -> NDArray[np.float64]:
    """Rows of length 1, in float64."""
    rows = embeddings.astype(np.float64)
    units: NDArray[np.float64] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return units


def _nearest(units: NDArray[np.float64]) -> NDArray[np.intp]:
    """For each row the other rows' indices by falling cosine, (n, k), k = 3 or all there are."""
    cosines = units @ units.T
    np.fill_diagonal(cosines, -np.inf)
    return np.argsort(-cosines, axis=1, kind="stable")[:, : min(_NEIGHBOURS, len(units) - 1)]
