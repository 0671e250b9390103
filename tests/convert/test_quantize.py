import numpy as np
import pytest

from convert.quantize import bears_8_bits

RNG = np.random.default_rng(0)
KERNEL = RNG.normal(size=(1, 1, 64, 128)).astype(np.float32)


def test_bears_8_bits__an_ordinary_kernel_does():
    assert bears_8_bits(KERNEL)


@pytest.mark.parametrize(
    "weight",
    [
        KERNEL * np.geomspace(0.001, 1, 128, dtype=np.float32),  # channels of very different size
        RNG.normal(size=(3, 3, 64, 1)).astype(np.float32),  # depthwise
        RNG.normal(size=128).astype(np.float32),  # a bias
        np.zeros((1, 1, 4, 4), np.int32),
    ],
)
def test_bears_8_bits__others_do_not(weight):
    assert not bears_8_bits(weight)


def test_bears_8_bits__agrees_with_the_noise_of_rounding():
    # the oracle: round for real, and look at the typical channel
    for spread in (1, 3, 10, 30, 100):
        kernel = KERNEL * np.geomspace(1 / spread, 1, 128, dtype=np.float32)
        step = (kernel.max() - kernel.min()) / 255
        error = np.round(kernel / step) * step - kernel
        noise = np.median(np.sqrt((error**2).mean((0, 1, 2)) / (kernel**2).mean((0, 1, 2))))
        if abs(noise - 0.04) > 0.004:
            assert bears_8_bits(kernel) == (noise < 0.04), spread
