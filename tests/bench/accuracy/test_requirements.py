import pytest

from bench.accuracy.alarms import AlarmRow
from bench.accuracy.estimate import Estimate
from bench.accuracy.metrics import MetricRow
from bench.accuracy.requirements import LEAST_SHARES, Requirement, required
from bench.accuracy.scenarios import Scenario
from bench.accuracy.siblings import SiblingRow
from bench.accuracy.unknowns import UnknownRow

PHOTOS = Scenario(False, 10)


def metric_rows(**changes):
    figures = {"over_cosine": 0.02, "over_logistic": 0.0, "auto_over_adapted": -0.0005} | changes
    others = dict.fromkeys(("cosine", "adapted", "auto", "logistic", "adapted_taken"))
    figures = {name: Estimate(value) for name, value in figures.items()}
    return [MetricRow(name="mean", size=size, **others, **figures) for size in (5, 10, 20)]


def unknown_rows(scenario=None, kept=0.0, rejected=0.0):
    changes = (kept, rejected)
    return [
        UnknownRow(
            "mean",
            each,
            *(Estimate(least + (each == scenario) * change) for least, change in zip(leasts, changes, strict=True)),
        )
        for each, leasts in LEAST_SHARES.items()
    ]


def sibling_rows(one=0.0, mean=0.01):
    return [SiblingRow(name, PHOTOS, None, None, Estimate(gain)) for name, gain in (("one", one), ("mean", mean))]


def alarm_rows(false_alarms=0.02, found=0.7, swaps_recordings=False):
    return [AlarmRow("mean", "5 photos", swaps_recordings, Estimate(false_alarms), Estimate(found))]


def missed(*rows):
    return [requirement.what for requirement in required(*rows) if requirement.verdict != "met"]


def test_required__is_met_at_its_bounds():
    assert missed(metric_rows(), unknown_rows(), sibling_rows(), alarm_rows()) == []


@pytest.mark.parametrize(
    ("metrics", "what"),
    [
        ({"over_cosine": 0.0199}, ["adapted beats cosine by 2% or more with"] * 2),
        ({"over_logistic": -0.0001}, ["adapted is no worse than a logistic regression with"] * 2),
        ({"auto_over_adapted": -0.0006}, ["automatic loses at most 0.05 points on always adapted with"] * 3),
    ],
)
def test_required__names_what_the_metrics_miss(metrics, what):
    found = missed(metric_rows(**metrics), unknown_rows(), sibling_rows(), alarm_rows())
    assert [text.rsplit(" ", 4)[0] for text in found] == what


@pytest.mark.parametrize("scenario", LEAST_SHARES)
def test_required__names_what_is_kept_or_rejected_too_rarely(scenario):
    for change in ("kept", "rejected"):
        rows = unknown_rows(scenario, **{change: -0.001})
        (what,) = missed(metric_rows(), rows, sibling_rows(), alarm_rows())
        assert f"or more {change} after {scenario.title} a class" in what


@pytest.mark.parametrize(
    ("gains", "what"),
    [
        ({"one": -0.001}, "no worse than by cosine on one"),
        ({"mean": 0.0}, "better than by cosine in the mean"),
        ({"mean": -0.1}, "better than by cosine in the mean"),
    ],
)
def test_required__names_a_class_left_out_that_the_cosine_tells_better(gains, what):
    (found,) = missed(metric_rows(), unknown_rows(), sibling_rows(**gains), alarm_rows())
    assert what in found


def test_required__names_what_the_coach_gets_wrong():
    def of_coach(**figures):
        return missed(metric_rows(), unknown_rows(), sibling_rows(), alarm_rows(**figures))

    assert of_coach(false_alarms=0.021) == ["the coach: false alarms in at most 2% of the projects, 5 photos"]
    assert of_coach(found=0.69) == ["the coach: 70% or more of the swapped labels shown, 5 photos"]
    assert of_coach(found=0.1, swaps_recordings=True) == []


def test_required__names_what_was_not_measured():
    verdicts = [requirement.verdict for requirement in required([], [], [], [])]
    assert len(verdicts) == 7 + 2 * len(LEAST_SHARES)
    assert set(verdicts) == {"no data"}


@pytest.mark.parametrize(
    ("mean", "error", "verdict"),
    [(0.9, 0, "met"), (0.95, 1, "met"), (0.88, 0.01, "unclear"), (0.87, 0.01, "MISSED"), (0.89, 0, "MISSED")],
)
def test_verdict__is_missed_by_more_than_two_standard_errors(mean, error, verdict):
    assert Requirement("", Estimate(mean, error + 1e-12 * bool(error)), 0.9).verdict == verdict
    assert Requirement("", Estimate(mean, 0, error + 1e-12 * bool(error)), 0.9).verdict == verdict
    most = Requirement("", Estimate(0.2 - mean, error + 1e-12 * bool(error)), 0.2 - 0.9 + 1e-15, is_most=True)
    assert most.verdict == verdict


def test_verdict__of_a_strict_bound_needs_more():
    assert Requirement("", Estimate(0.0), 0, is_strict=True).verdict == "MISSED"
    assert Requirement("", Estimate(0.0, 0.01), 0, is_strict=True).verdict == "unclear"
    assert Requirement("", Estimate(1e-9), 0, is_strict=True).verdict == "met"
