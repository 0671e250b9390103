"""Puts all measurements together: what is measured, in which order, and what is printed and stored of it."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import click

from bench import coach
from bench.accuracy import metrics, tables
from bench.accuracy.alarms import AlarmRow, alarm_rows
from bench.accuracy.certainty import CertaintyRow, certainty_rows
from bench.accuracy.estimate import Estimate, averaged
from bench.accuracy.metrics import MetricRow
from bench.accuracy.requirements import Requirement, required, required_of_unknowns
from bench.accuracy.scenarios import PHOTOS, Outcome, other_things, play, scenarios_of
from bench.accuracy.shipped import shipped_outcomes
from bench.accuracy.siblings import SiblingRow, sibling_row
from bench.accuracy.unknowns import UnknownRow, unknown_row
from bench.photo_sets import ALL, Embed, PhotoSet, Sampling, read_set
from server.knn.certainty import UnknownLimit

#: Each class of a folder needs this many photos.
MIN_PHOTOS: Final = min(PHOTOS) + 1


class Effort(NamedTuple):
    """How much is measured.

    Attributes:
        metric_draws: How often the examples are drawn for the metrics.
        draws: How often all classes are taught in each scenario.
        rounds: How often each class is left out in each scenario.
        projects: How many projects of each kind the coach looks at.
        shipped_draws: How often all is drawn where only the photos that packages ship are measured.
        sampling: Which photos are embedded.
    """

    metric_draws: int
    draws: int
    rounds: int
    projects: int
    shipped_draws: int
    sampling: Sampling


FULL: Final = Effort(20, 40, 40, coach.DRAW_COUNT, 40, ALL)
QUICK: Final = Effort(6, 6, 3, coach.QUICK_DRAW_COUNT, 12, Sampling(26, 6))


class Report(NamedTuple):
    """All rows, those that are means over the sets last, and what is required of them."""

    metrics: list[MetricRow]
    unknowns: list[UnknownRow]
    siblings: list[SiblingRow]
    certainties: list[CertaintyRow]
    alarms: list[AlarmRow]
    requirements: list[Requirement]

    def as_dict(self) -> dict[str, Any]:
        """Return everything as JSON can hold it; an estimate has a mean and a standard error."""
        rows = {part: [_plain(row) for row in getattr(self, part)] for part in self._fields[:-1]}
        requirements = [_plain(each) | {"verdict": each.verdict} for each in self.requirements]
        return rows | {"requirements": requirements}


def read_sets(folders: Iterable[Path], embed: Embed, effort: Effort) -> list[PhotoSet]:
    """Embed the photos of some folders.

    Raises:
        ConvertError: See ``read_set``.
    """
    sets = []
    for folder in folders:
        click.echo(f"Embedding {folder} ...", err=True)
        sets.append(read_set(folder, MIN_PHOTOS, embed, effort.sampling))
    return sets


def report(sets: Sequence[PhotoSet], shipped: PhotoSet, prior: UnknownLimit, effort: Effort) -> Report:
    """Measure everything, and print each table when it is measured.

    Args:
        sets: At least one.
        shipped: Photos of things of another kind.
        prior: The limit of "I don't know" that the model's manifest names.
        effort: How much is measured.
    """
    metric_rows = _with_means(
        metrics.measure(photo_set, size, effort.metric_draws)
        for photo_set in sets
        for size in PHOTOS
        if size < photo_set.smallest
    )
    click.echo(tables.metric_table(metric_rows) + "\n")
    outcomes = [outcome for photo_set in sets for outcome in _outcomes(photo_set, [*sets, shipped], prior, effort)]
    unknown_rows = _with_means(map(unknown_row, outcomes))
    click.echo(tables.unknown_table(unknown_rows) + "\n")
    sibling_rows = _with_means(sibling_row(outcome) for outcome in outcomes if outcome.rounds)
    if sibling_rows:
        click.echo(tables.sibling_table(sibling_rows) + "\n")
    certainties = _with_means(row for outcome in outcomes for row in certainty_rows(outcome))
    click.echo(tables.certainty_table(certainties) + "\n")
    click.echo("Asking the coach ...", err=True)
    alarms = _with_means(alarm_rows(sets, effort.projects))
    click.echo(tables.alarm_table(alarms) + "\n")
    requirements = required(metric_rows, unknown_rows, sibling_rows, alarms)
    click.echo(tables.requirement_lines(requirements))
    return Report(metric_rows, unknown_rows, sibling_rows, certainties, alarms, requirements)


def report_shipped(shipped: PhotoSet, prior: UnknownLimit, effort: Effort) -> Report:
    """Measure what can be measured with the photos that packages ship alone, and print it."""
    outcomes = list(shipped_outcomes(shipped, prior, effort.shipped_draws))
    unknown_rows = _with_means(map(unknown_row, outcomes))
    click.echo(tables.unknown_table(unknown_rows) + "\n")
    certainties = _with_means(row for outcome in outcomes for row in certainty_rows(outcome))
    click.echo(tables.certainty_table(certainties) + "\n")
    requirements = list(required_of_unknowns(unknown_rows))
    click.echo(tables.requirement_lines(requirements))
    return Report([], unknown_rows, [], certainties, [], requirements)


def _outcomes(photo_set: PhotoSet, sets: Sequence[PhotoSet], prior: UnknownLimit, effort: Effort) -> Iterable[Outcome]:
    others = other_things(photo_set, sets)
    for scenario in scenarios_of(photo_set):
        click.echo(f"Teaching {scenario.title} a class of {photo_set.name} ...", err=True)
        yield play(photo_set, scenario, others, prior, effort.draws, effort.rounds)


def _with_means(rows: Iterable[Any]) -> list[Any]:
    measured = list(rows)
    return [*measured, *averaged(measured)]


def _plain(value: Any) -> Any:
    """Return a row as a dictionary."""
    if isinstance(value, Estimate):
        return {"mean": value.mean, "standardError": value.error}
    if hasattr(value, "_asdict"):
        return {key: _plain(part) for key, part in value._asdict().items()}
    return value
