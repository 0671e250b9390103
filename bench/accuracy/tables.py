"""The figures as text, in columns; each with its standard error."""

from collections.abc import Sequence

from bench.accuracy.alarms import AlarmRow
from bench.accuracy.certainty import CertaintyRow
from bench.accuracy.estimate import Estimate
from bench.accuracy.metrics import MetricRow
from bench.accuracy.requirements import Requirement
from bench.accuracy.siblings import SiblingRow
from bench.accuracy.unknowns import UnknownRow


def share(estimate: Estimate | None) -> str:
    """Return a share and its standard error in per cent.

    Example:
        >>> share(Estimate(0.9512, 0.012)), share(None)
        ('95.1 ±1.2', '–')
    """
    return "–" if estimate is None else f"{100 * estimate.mean:.1f} ±{100 * estimate.error:.1f}"


def points(estimate: Estimate | None) -> str:
    """Return a difference of shares and its standard error in points.

    Example:
        >>> points(Estimate(-0.0004, 0.0002))
        '-0.04 ±0.02'
    """
    return "–" if estimate is None else f"{100 * estimate.mean:+.2f} ±{100 * estimate.error:.2f}"


def columns(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return cells as text: the first column from the left, the others from the right."""
    table = [headings, *rows]
    widths = [max(len(row[column]) for row in table) for column in range(len(headings))]
    lines = [
        "  ".join(
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in table
    ]
    return "\n".join(line.rstrip() for line in lines)


def metric_table(rows: Sequence[MetricRow]) -> str:
    """Return how often each way to answer is right."""
    headings = (
        "Right, %",
        "photos a class",
        "cosine",
        "adapted",
        "auto",
        "logistic",
        "auto - adapted",
        "adapted taken",
    )
    return columns(
        headings,
        [
            (
                row.name,
                str(row.size),
                *(share(part) for part in (row.cosine, row.adapted, row.auto, row.logistic)),
                points(row.auto_over_adapted),
                share(row.adapted_taken),
            )
            for row in rows
        ],
    )


def unknown_table(rows: Sequence[UnknownRow]) -> str:
    """Return what "I don't know" keeps and rejects."""
    headings = ("I don't know, %", "taught a class", "taught classes: kept", "other things: rejected")
    return columns(headings, [(row.name, row.scenario.title, share(row.kept), share(row.rejected)) for row in rows])


def sibling_table(rows: Sequence[SiblingRow]) -> str:
    """Return how much of a class that was left out is rejected."""
    headings = ("Left out: rejected, %", "taught a class", "as it decides", "by cosine", "gain")
    return columns(
        headings,
        [(row.name, row.scenario.title, share(row.product), share(row.cosine), points(row.gain)) for row in rows],
    )


def certainty_table(rows: Sequence[CertaintyRow]) -> str:
    """Return how often each of the three answers is given."""
    headings = (
        "Three answers, %",
        "taught a class",
        "shown",
        "sure",
        "not sure",
        "unknown",
        "sure, right",
        "not sure, right",
    )
    return columns(
        headings,
        [
            (
                row.name,
                row.scenario.title,
                row.shown,
                *map(share, (row.sure, row.not_sure, row.unknown, row.sure_right, row.not_sure_right)),
            )
            for row in rows
        ],
    )


def alarm_table(rows: Sequence[AlarmRow]) -> str:
    """Return how often the coach gives false alarms, and what it shows of swapped labels."""
    headings = ("Coach, %", "taught", "projects with false alarms", "swapped labels shown")
    return columns(headings, [(row.name, row.kind, share(row.false_alarms), share(row.found)) for row in rows])


def requirement_lines(requirements: Sequence[Requirement]) -> str:
    """Return a line for each requirement, its verdict first."""
    return "\n".join(f"{each.verdict:7}  {each.what}: {_measured(each)}" for each in requirements)


def _measured(requirement: Requirement) -> str:
    return (points if requirement.unit == "points" else share)(requirement.measured)
