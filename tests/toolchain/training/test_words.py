"""Numbers for people, and what a threshold rests on."""

from types import SimpleNamespace

import pytest
from scipy.stats import binomtest

from photos.folder import PassedOver
from toolchain.output import echo_passed_over
from toolchain.progress import describe
from toolchain.training.figures import wilson
from toolchain.training.words import threshold_line


def test_describe__one_is_singular():
    assert describe(9, 10, 9, "photos").endswith(", 1 second left")
    assert describe(8, 10, 8, "photos").endswith(", 2 seconds left")


def test_echo_passed_over__one_is_singular(capsys):
    echo_passed_over([PassedOver(".a", "hidden", "")])
    assert capsys.readouterr().err == "1 hidden file passed over.\n"


@pytest.mark.parametrize(("right", "count"), [(14, 14), (0, 10), (8, 10), (1, 1), (290, 300)])
def test_wilson__is_scipys(right, count):
    expected = binomtest(right, count).proportion_ci(0.95, method="wilson")
    assert wilson(right, count) == pytest.approx((expected.low, expected.high), abs=1e-6)


def line(threshold, **figures):
    return threshold_line(SimpleNamespace(threshold=threshold, figures={"validation": figures or None}))


def test_threshold_line__claims_what_was_measured_alone():
    assert line(0.8, sure=99, sureRight=98, count=120) == (
        "Threshold 0.8: 99 of 120 validation answers are as sure, and 98 of these right (99.0 %)."
    )
    assert "none of the 5 validation answers is as sure" in line(1.0, sure=0, sureRight=0, count=5)
    assert line(1.0, sure=1, sureRight=0, count=1).startswith(
        "Threshold 1: 1 of 1 validation answer is as sure, and 0 of these right. So few prove little: between 0 % and"
    )
