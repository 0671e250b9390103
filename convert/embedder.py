"""One choice of backbone, alpha, size and quantisation, and the Keras model that it means."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from convert.backbones import BACKBONES, Backbone
from convert.fold import fold_batch_norms
from convert.weights import Say, damaged, find_weights

QUANTIZATIONS = ("none", "float16", "uint8")
_SEED = 0

# Scale and offset for each channel, red, green, blue: scaled = pixel * scale + offset.
_SCALINGS: dict[str, tuple[float, tuple[float, float, float]]] = {
    "unit": (1 / 127.5, (-1.0, -1.0, -1.0)),
    "lite": (1 / 128, (-127 / 128, -127 / 128, -127 / 128)),
    "caffe": (1.0, (-123.68, -116.779, -103.939)),
}


@dataclass(frozen=True)
class Choice:
    """What to convert, with nothing left open.

    Attributes:
        backbone: A name in the table of backbones.
        alpha: The width, or None where there is only one.
        size: Side of the input in pixels.
        quantize: How the browser's weights are stored: none (float32), float16 or uint8.
        trained: False for random weights (the same at every run): tries a conversion without a download.
    """

    backbone: str
    alpha: float | None
    size: int
    quantize: str
    trained: bool = True

    @classmethod
    def of(cls, backbone: str, alpha: float | None, size: int | None, quantize: str, trained: bool = True) -> "Choice":
        """Makes a choice from options, filling in what is None with the backbone's defaults.

        Raises:
            ConvertError: The backbone has no such alpha or size.
        """
        alpha, size = BACKBONES[backbone].resolve(alpha, size)
        return cls(backbone, alpha, size, quantize, trained)

    @property
    def row(self) -> Backbone:
        """The backbone's row of the table."""
        return BACKBONES[self.backbone]

    @property
    def id(self) -> str:
        """Names the model: two embeddings may be compared only if their models' ids are the same."""
        width = () if self.alpha is None else (str(self.alpha),)
        untrained = () if self.trained else ("untrained",)
        return "-".join((self.backbone, *width, str(self.size), self.quantize, *untrained))

    @property
    def title(self) -> str:
        """Names the model to a person."""
        width = "" if self.alpha is None else f" {self.alpha}"
        return f"{self.row.title}{width}, {self.size} px{'' if self.trained else ' (untrained)'}"

    def find_weights(self, say: Say) -> Path | None:
        """The file of weights, downloaded if need be; None if untrained. Raises as `weights.find_weights` does."""
        return find_weights(self.row.weights(self.alpha, self.size), say) if self.trained else None


def build(choice: Choice, weights: Path | None, *, fold: bool = False) -> Any:
    """Builds the embedder: raw pixels in, embedding and feature map out.

    Args:
        choice: What to build.
        weights: The file of weights, or None for random ones (seeded: the same at every run).
        fold: Fold batch normalisations into depthwise convolutions: the same outputs to 1e-5, in fewer operations.

    Returns:
        A keras.Model from `pixels`, float32 (n, size, size, 3), RGB, 0..255, to the dictionary of `embedding`,
        float32 (n, d), and `features`, float32 (n, h, w, d), whose mean over h and w `embedding` is.

    Raises:
        ConvertError: The file of weights is damaged.
    """
    import keras

    keras.backend.clear_session()  # layer names, and so the files, must not depend on what was built before
    keras.utils.set_random_seed(_SEED)
    try:
        network = choice.row.network(choice.alpha, choice.size, weights)
    except (OSError, ValueError, KeyError) as error:
        if weights is None:
            raise
        lines = str(error).strip().splitlines() or [type(error).__name__]
        raise damaged(weights, lines[0].rstrip("."), choice.row.weights(choice.alpha, choice.size)) from error
    if choice.row.scaling == "caffe":
        _take_rgb(network)
    if fold:
        network = fold_batch_norms(network)
    scale, offset = _SCALINGS[choice.row.scaling]
    pixels = keras.Input((choice.size, choice.size, 3), name="pixels")
    features = network(keras.layers.Rescaling(scale, list(offset), name="scale_pixels")(pixels))
    embedding = keras.layers.GlobalAveragePooling2D(name="embedding")(features)
    return keras.Model(pixels, {"embedding": embedding, "features": features}, name="embedder")


def _take_rgb(network: Any) -> None:
    """Turns a network trained on blue-green-red pixels into one that takes red-green-blue.

    Reversing the input channels of its first kernel is the same as reversing the picture's channels, and costs nothing.
    """
    first = next(layer for layer in network.layers if layer.weights)
    kernel, *rest = first.get_weights()
    first.set_weights([kernel[:, :, ::-1, :], *rest])
