"""What is required of the figures, and how plainly it is missed."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from bench.accuracy.alarms import AlarmRow
from bench.accuracy.estimate import MEAN, Estimate
from bench.accuracy.metrics import MetricRow
from bench.accuracy.scenarios import PHOTOS, Scenario
from bench.accuracy.siblings import SiblingRow
from bench.accuracy.unknowns import UnknownRow

#: The least shares that are kept and rejected after one, two and four recordings a class, and after 20 photos.
LEAST_SHARES: Final = {
    Scenario(True, 1): (0.85, 0.95),
    Scenario(True, 2): (0.92, 0.95),
    Scenario(True, 4): (0.95, 0.95),
    Scenario(False, 20): (0.93, 0.98),
}
#: By how much the adapted metric is better than the cosine, at these numbers of examples of each class.
LEAST_GAIN: Final = 0.02
GAIN_SIZES: Final = (5, 10)
#: "Automatic" is at most this much worse than the adapted metric.
MOST_LOST: Final = 0.0005
#: The coach gives false alarms in at most this share of the projects, and shows at least this share of what is swapped.
MOST_FALSE_ALARMS: Final = 0.02
LEAST_FOUND: Final = 0.7
#: A requirement that is missed by no more than this many standard errors may be met by other draws or photos.
ERRORS: Final = 2

MET: Final = "met"
UNCLEAR: Final = "unclear"
MISSED: Final = "MISSED"
NOT_MEASURED: Final = "no data"


class Requirement(NamedTuple):
    """A bound of a measured figure.

    Attributes:
        what: What is required, without the figure.
        measured: The figure; None where there are too few photos.
        bound: The least that it may be, or the most.
        is_most: Whether the bound is the most.
        is_strict: Whether the bound itself is not enough.
        unit: How a person reads the figure: "share" or "points".
    """

    what: str
    measured: Estimate | None
    bound: float
    is_most: bool = False
    is_strict: bool = False
    unit: str = "share"

    @property
    def verdict(self) -> str:
        """MET; UNCLEAR: missed by no more than two standard errors; MISSED; or NOT_MEASURED.

        Example:
            >>> [Requirement("", Estimate(mean, 0.02), 0.9).verdict for mean in (0.9, 0.87, 0.85)]
            ['met', 'unclear', 'MISSED']
        """
        if self.measured is None:
            return NOT_MEASURED
        short = self.measured.mean - self.bound if self.is_most else self.bound - self.measured.mean
        if short < 0 or (short == 0 and not self.is_strict):
            return MET
        error = self.measured.error
        return UNCLEAR if error > 0 and short <= ERRORS * error else MISSED


def required(
    metrics: Sequence[MetricRow],
    unknowns: Sequence[UnknownRow],
    siblings: Sequence[SiblingRow],
    alarms: Sequence[AlarmRow],
) -> list[Requirement]:
    """Return what is required of the rows, those called "mean" included."""
    return [
        *required_of_metrics(metrics),
        *required_of_unknowns(unknowns),
        *required_of_siblings(siblings),
        *required_of_alarms(alarms),
    ]


def required_of_metrics(rows: Sequence[MetricRow]) -> Iterator[Requirement]:
    """Yield what is required of the adapted metric and of "automatic"; a size that was not measured is named too."""
    means = {row.size: row for row in rows if row.name == MEAN}
    for size in PHOTOS:
        mean, at = means.get(size), f"with {size} photos a class"
        if size in GAIN_SIZES:
            what = f"adapted beats cosine by {LEAST_GAIN:.0%} or more {at}"
            yield Requirement(what, mean and mean.over_cosine, LEAST_GAIN, unit="points")
            what = f"adapted is no worse than a logistic regression {at}"
            yield Requirement(what, mean and mean.over_logistic, 0, unit="points")
        what = f"automatic loses at most {100 * MOST_LOST:.2f} points on always adapted {at}"
        yield Requirement(what, mean and mean.auto_over_adapted, -MOST_LOST, unit="points")


def required_of_unknowns(rows: Sequence[UnknownRow]) -> Iterator[Requirement]:
    """Yield what must be kept and rejected; a scenario that was not measured is named too."""
    for scenario, (least_kept, least_rejected) in LEAST_SHARES.items():
        mean = next((row for row in rows if row.name == MEAN and row.scenario == scenario), None)
        at = f"after {scenario.title} a class"
        yield Requirement(f"{least_kept:.0%} or more kept {at}", mean and mean.kept, least_kept)
        yield Requirement(f"{least_rejected:.0%} or more rejected {at}", mean and mean.rejected, least_rejected)


def required_of_siblings(rows: Sequence[SiblingRow]) -> Iterator[Requirement]:
    """Yield what is required where a class was left out: no set is worse than by cosine, and the mean is better."""
    for row in rows:
        if row.scenario.is_recorded:
            continue
        is_mean = row.name == MEAN
        what = "better than by cosine in the mean" if is_mean else f"no worse than by cosine on {row.name}"
        what = f"a class left out is rejected: {what}, after {row.scenario.title} a class"
        yield Requirement(what, row.gain, 0, is_strict=is_mean, unit="points")


def required_of_alarms(rows: Sequence[AlarmRow]) -> Iterator[Requirement]:
    """Yield what is required of the coach; how many swapped recordings it shows is measured only."""
    for row in rows:
        if row.name != MEAN or row.swaps_recordings:
            continue
        what = f"the coach: false alarms in at most {MOST_FALSE_ALARMS:.0%} of the projects, {row.kind}"
        yield Requirement(what, row.false_alarms, MOST_FALSE_ALARMS, is_most=True)
        what = f"the coach: {LEAST_FOUND:.0%} or more of the swapped labels shown, {row.kind}"
        yield Requirement(what, row.found, LEAST_FOUND)
