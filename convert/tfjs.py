"""Runs a converted model on pictures as the page does: its very files, and TF.js, in Node. Loads no TensorFlow."""

import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from convert.errors import ConvertError
from convert.manifest import Manifest
from convert.node import find_node

_REPOSITORY = Path(__file__).resolve().parent.parent

Outputs = dict[str, NDArray[np.float32]]


def run(
    folder: Path, manifest: Manifest, pictures: NDArray[np.uint8], names: Sequence[str] = ("embedding", "features")
) -> Outputs:
    """Runs a converted model.

    Args:
        folder: The model's.
        manifest: What `folder` says of itself.
        pictures: uint8 (n, size, size, 3), RGB.
        names: The outputs that are wanted.

    Returns:
        Each output by its name, float32: `embedding` (n, d), `features` (n, h, w, d).

    Raises:
        ConvertError: There is no TF.js or Node here, or the model does not run.
    """
    if not (_REPOSITORY / "web/node_modules/@tensorflow/tfjs-core").is_dir():
        raise ConvertError("TF.js is not installed in web/node_modules.", "Install it: npm ci --prefix web")
    node = find_node()
    with tempfile.TemporaryDirectory() as temporary:
        pixels = Path(temporary) / "pictures.u8"
        pixels.write_bytes(pictures.tobytes())
        command = [node, str(_REPOSITORY / "convert/embed.mjs"), str(folder.absolute()), str(pixels), temporary, *names]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            lines = done.stderr.strip().splitlines()
            why = next((line for line in lines if "Error" in line), lines[-1] if lines else "no reason given")
            raise ConvertError(f"TF.js could not run the model in {folder}: {why}", "Convert it again: --force")
        return {
            name: np.fromfile(Path(temporary) / f"{name}.f32", "<f4").reshape(
                len(pictures), *manifest["outputs"][name]["shape"]
            )
            for name in names
        }
