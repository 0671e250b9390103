import numpy as np
import pytest

from convert.quantize import bears_8_bits, round_to_steps

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


LARGE = RNG.normal(size=(1, 1, 320, 1280)).astype(np.float32) * np.geomspace(0.001, 1, 1280, dtype=np.float32)


def bits_in_use(weight):
    """How many different bit patterns the float16 numbers of a kernel have, as a power of two."""
    return np.log2(len(np.unique(weight.astype(np.float16))))


def noise_of(weight):
    """The error of each channel as a share of its size."""
    error = round_to_steps(weight).astype(np.float64) - weight
    return np.sqrt((error**2).mean((0, 1, 2)) / (weight.astype(np.float64) ** 2).mean((0, 1, 2)))


def test_round_to_steps__every_channel_by_its_own_size():
    noise = noise_of(LARGE)
    assert noise.max() < 0.011
    # Rounded as it is claimed: an error that could not be seen would save nothing.
    assert noise.min() > 0.003


def test_round_to_steps__leaves_fewer_numbers_and_float16_holds_them_all():
    channel = round_to_steps(LARGE)[..., -1:]
    assert bits_in_use(channel) < bits_in_use(LARGE[..., -1:])
    assert np.array_equal(round_to_steps(LARGE).astype(np.float16).astype(np.float32), round_to_steps(LARGE))


def test_round_to_steps__a_kernel_with_a_quarter_of_the_weights_has_half_the_error():
    kernels = [RNG.normal(size=(1, 1, 64, n)).astype(np.float32) for n in (1600, 400, 100)]
    errors = [np.abs(round_to_steps(kernel) - kernel).max() for kernel in kernels]
    assert errors[0] == pytest.approx(2 * errors[1], rel=0.01)
    assert errors[1] == pytest.approx(2 * errors[2], rel=0.01)


@pytest.mark.parametrize(
    "weight",
    [
        RNG.normal(size=(3, 3, 64, 1)).astype(np.float32),  # depthwise
        RNG.normal(size=128).astype(np.float32),  # a bias
        np.arange(16, dtype=np.int32).reshape(1, 1, 4, 4),
    ],
)
def test_round_to_steps__returns_everything_else_as_it_is(weight):
    assert np.array_equal(round_to_steps(weight), weight)


def test_round_to_steps__bears_channels_of_zeros():
    kernel = LARGE.copy()
    kernel[..., ::2] = 0
    rounded = round_to_steps(kernel)
    assert np.isfinite(rounded).all()
    assert not rounded[..., ::2].any()
    assert not np.signbit(rounded[rounded == 0]).any()
