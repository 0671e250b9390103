"""The network from the command line: the very files that the browser runs, by ONNX Runtime.

A folder that ``python -m convert`` wrote is all it needs: no TensorFlow, no weights elsewhere, and embeddings that can
be compared with those of the page.
"""

import hashlib
import json
import os
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from convert import manifest as manifests
from convert.errors import ConvertError
from server.knn.arrays import Embeddings
from server.knn.model import Model
from toolchain.errors import ToolchainError
from toolchain.output import DEFAULT_MODEL

#: Pictures that go through the network at once: more take more memory, and no less time.
BATCH_SIZE: Final = 8
#: Pictures that the network sees at once: more of them leave the processor's cache, and take 15 % longer each.
_AT_ONCE: Final = 2


class EmbeddingModel:
    """A converted network, ready to embed.

    Attributes:
        folder: Where it is.
        manifest: What the folder says of itself.
        graph: The network for ONNX Runtime. Another process that is given it need not read and translate the files.
        fingerprint: Of the model's files, in hex: embeddings of the same photo are the same where it is.
    """

    def __init__(self, folder: Path, manifest: manifests.Manifest, graph: bytes, threads: int | None = None) -> None:
        import onnxruntime

        self.folder = folder
        self.manifest = manifest
        self.graph = graph
        self.fingerprint = fingerprint(manifest)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads or core_count()
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])

    @classmethod
    def open(cls, folder: Path = DEFAULT_MODEL, threads: int | None = None) -> "EmbeddingModel":
        """Open a converted network.

        Args:
            folder: Of the model.
            threads: How many cores it uses; None for all.

        Raises:
            ToolchainError: There is no model, it is damaged, or ONNX Runtime is missing.
        """
        try:
            from convert.onnx_graph import onnx_model

            manifest = manifests.read(folder)
            problems = manifests.check_files(manifest, folder)
            if problems:
                raise ConvertError(f"The model in {folder} is damaged: {problems[0]}.", "Convert it again: make setup")
            return cls(folder, manifest, onnx_model(folder), threads)
        except ImportError as error:
            raise ToolchainError(
                f"The package {error.name} is not installed.", "Install what folders of photos need: make toolchain"
            ) from error
        except ConvertError as error:
            raise ToolchainError(error.message, error.hint) from error

    @property
    def id(self) -> str:
        """Names the model."""
        return str(self.manifest["id"])

    @property
    def title(self) -> str:
        """Names the model to a person."""
        return str(self.manifest["title"])

    @property
    def size(self) -> int:
        """Side of the input in pixels."""
        return int(self.manifest["input"]["size"])

    @property
    def dimension(self) -> int:
        """How many numbers an embedding has."""
        return int(self.manifest["dimension"])

    def as_model(self) -> Model:
        """Return what a project's file says of it."""
        return Model(self.id, self.dimension)

    def embed(self, pixels: NDArray[np.uint8]) -> Embeddings:
        """Return the embeddings of pictures.

        Args:
            pixels: uint8, (n, size, size, 3), RGB.

        Returns:
            float32, (n, d).
        """
        parts = [self._run(["embedding"], part)[0] for part in _batches(pixels)]
        return np.concatenate(parts) if parts else np.empty((0, self.dimension), np.float32)

    def features(self, pixels: NDArray[np.uint8]) -> tuple[Embeddings, NDArray[np.float32]]:
        """Return the embeddings of pictures, float32, (n, d), and their feature maps, float32, (n, h, w, d).

        An embedding is the mean of the feature map over its h x w cells.

        Args:
            pixels: uint8, (n, size, size, 3), RGB.
        """
        parts = [self._run(["embedding", "features"], part) for part in _batches(pixels)]
        if not parts:
            shape = self.manifest["outputs"]["features"]["shape"]
            return np.empty((0, self.dimension), np.float32), np.empty((0, *shape), np.float32)
        return np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts])

    def _run(self, outputs: list[str], pixels: NDArray[np.uint8]) -> list[NDArray[np.float32]]:
        results: list[NDArray[np.float32]] = self._session.run(outputs, {"pixels": pixels})
        return results


def _batches(pixels: NDArray[np.uint8]) -> list[NDArray[np.uint8]]:
    return [pixels[start : start + _AT_ONCE] for start in range(0, len(pixels), _AT_ONCE)]


def fingerprint(manifest: manifests.Manifest) -> str:
    """Return the fingerprint of a model's files, 24 hex digits."""
    parts = sorted(
        (file["name"], file["sha256"]) for file in manifest["files"] if not file["name"].startswith("sample")
    )
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:24]


def core_count() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
